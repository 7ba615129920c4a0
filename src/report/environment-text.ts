// What terminal, summary and page say of the machine: how it was before the first trial, and which trials it starved.

import type { RunDigest } from "../core/digest.ts";
import { shareText } from "../core/text.ts";
import { found } from "../verdict/rule-table.ts";
import { trialName } from "../core/plan.ts";
import type { EnvironmentFacts, EnvironmentSpan } from "../records/facts/environment.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { Ms } from "../core/units.ts";
import type { Instrument } from "../records/instrument.ts";
import type { Calibration } from "../records/pressure.ts";
import type { Row } from "./conduct-rows.ts";
import { decimalText } from "./figures.ts";
import { figure } from "./shown.ts";

/** One line for the calibration. */
export function calibrationText(calibration: Calibration): string {
  if (!calibration.ok) return `waiting for processors is not measured here: ${calibration.reason}`;
  const { waitShare, othersCores, stolenCores } = calibration;
  const busy = othersCores + stolenCores >= 0.2;
  const others = `others use ${oneDigit(othersCores)} processors${stolenCores >= 0.05 ? `, the host takes ${oneDigit(stolenCores)}` : ""}`;
  const what = `calibrated: a thread of ours waits ${shareText(waitShare)} of the time for a processor, ${others}`;
  return busy ? `${what}; this machine is not quiet, and trials that it starves are inconclusive` : what;
}

/** One line for what the harness itself can do. */
export function instrumentText(instrument: Instrument): string {
  if (!instrument.ok) return `what this harness can do here was not measured: ${instrument.reason}`;
  const { ceilingPerSecond, steps } = instrument;
  const [slowest] = steps;
  const best = steps.findLast(({ ratePerSecond }) => ratePerSecond === ceilingPerSecond);
  if (best === undefined)
    return `the harness keeps no ${slowest?.ratePerSecond ?? 0} requests a second here: trials are invalid`;
  const { sendLagMs, latencyMs } = best;
  const more = best === steps.at(-1) ? ", the most that was tried" : "";
  return `the harness keeps ${ceilingPerSecond} requests a second here${more}: half sent within ${msText(sendLagMs.p50)}, 95 % within ${msText(sendLagMs.p95)}; on a target that does nothing 95 % take ${msText(latencyMs.p95)}`;
}

function msText(ms: Ms): string {
  return `${decimalText(ms)} ms`;
}

/** Which trials were starved, in one sentence each; none on a calm machine. */
export function starvedSentences({ intents }: RunDigest): readonly string[] {
  const starved = intents.flatMap(({ trials }) => trials.filter((trial) => found(trial, "inconclusive", "machine")));
  if (starved.length === 0) return [];
  const all = intents.reduce((sum, { trials }) => sum + trials.length, 0);
  return [
    `Environment: the machine starved the stack in ${starved.length} of ${all} trials, which says nothing of its healing (${starved.map(({ plan }) => trialName(plan)).join(", ")}).`,
  ];
}

/** Rows of a trial's page. */
export function environmentRows({ environment }: TrialFacts, path: string): readonly Row[] {
  if (environment === undefined) return [];
  const at = `${path}.facts.environment`;
  if (!environment.measured) {
    const name = "waited behind others for a processor";
    return [{ name, figure: figure(`${at}.measured`, false, "not measured"), note: environment.reason }];
  }
  return [
    ...environment.spans.map((span, index) => spanRow(environment, span, `${at}.spans.${index}`)),
    ...unseenRows(environment, at),
    ...stalledRow(environment, at),
  ];
}

type Measured = Extract<EnvironmentFacts, { measured: true }>;

const spanNames = {
  baseline: "before the injection",
  disturbed: "from it to the recovery",
  afterwards: "later",
} as const;

function spanRow({ bound, cores: all }: Measured, span: EnvironmentSpan, at: string): Row {
  const { cores } = span;
  const who = span.process === "" ? "" : `${span.process}, `;
  const note = `${who}bound ${shareText(bound)}; of ${all} processors the stack used ${oneDigit(cores.target)}, we ${oneDigit(cores.ours)} (and waited ${shareText(span.oursWaited)} of the time), others ${oneDigit(cores.others)}, the host took ${oneDigit(cores.stolen)}`;
  return {
    name: `waited behind others, ${spanNames[span.name]}`,
    figure: figure(`${at}.behindOthers`, span.behindOthers, shareText(span.behindOthers)),
    note,
  };
}

function unseenRows({ unseen }: Measured, at: string): readonly Row[] {
  return (unseen?.names ?? []).map((name, index) => ({
    name: `waited behind others, ${spanNames[name]}`,
    figure: figure(`${at}.unseen.names.${index}`, name, "not measured"),
    note: unseen?.reason ?? "less than half of it was seen",
  }));
}

function stalledRow({ stalled }: Measured, at: string): readonly Row[] {
  if (stalled === undefined) return [];
  const note = `memory ${shareText(stalled.memory)}, disk ${shareText(stalled.io)}; of the whole machine (PSI), not judged`;
  const name = "something waited for a processor";
  return [{ name, figure: figure(`${at}.stalled.cpu`, stalled.cpu, shareText(stalled.cpu)), note }];
}

function oneDigit(cores: number): string {
  return decimalText(Number(cores.toFixed(1)));
}
