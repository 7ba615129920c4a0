// Was the machine there for the stack? A loop that is starved by strangers is late through no fault of its own.

import type { EnvironmentFacts, EnvironmentSpan } from "../../core/pressure.ts";
import { shareBesideText, shareText } from "../../core/share-text.ts";
import type { Rule } from "../../core/verdict.ts";
import { figure, seconds } from "../wording.ts";

type Measured = Extract<EnvironmentFacts, { measured: true }>;

/**
 * Inconclusive when, before the injection, from it to the recovery, or after that, a process of the target waited longer behind others for a
 * processor than the machine makes one wait by itself, and others had more of the processors than the stack. What the stack waits behind
 * itself is its own doing and excuses nothing. Asked
 * whatever else came of the trial: passes alone, kept from a starved night, would flatter. Silent where it was not measured: that a stretch
 * was calm is said only when all of them were seen.
 */
export const environmentCalm: Rule = (_record, { environment }) => {
  if (environment === undefined || !environment.measured) return null;
  const { spans, bound } = environment;
  if (spans.length === 0) return null;
  const restsOn = spans.flatMap(({ from, to }) => [from, to]);
  const pressed = spans.filter((span) => span.behindOthers > bound && othersHadMore(span));
  if (pressed.length > 0) {
    const worst = worstOf(pressed);
    const more = pressed.filter((span) => span !== worst).map(({ name }) => `, and ${when[name]} too`);
    const says = `the machine was starved: ${spanText(worst, environment)} (bound: ${shareText(bound)}${calibrated(environment)})${more.join("")}`;
    return { outcome: "inconclusive", says, restsOn };
  }
  if (environment.unseen !== undefined) return null;
  const worst = worstOf(spans);
  const waited = `${shareBesideText(worst.behindOthers, bound)} of the time a process of it waited behind others`;
  const says =
    worst.behindOthers > bound
      ? `the stack had more of the processors than all others, although at most ${waited}`
      : `others left the stack its processors: at most ${waited} (bound: ${shareText(bound)})`;
  return { outcome: "pass", says, restsOn };
};

function othersHadMore({ cores }: EnvironmentSpan): boolean {
  return cores.others + cores.stolen > cores.target;
}

function worstOf(spans: readonly EnvironmentSpan[]): EnvironmentSpan {
  return spans.reduce((most, span) => (span.behindOthers > most.behindOthers ? span : most));
}

const when = { baseline: "before the injection", disturbed: "after it", afterwards: "later on" } as const;

function spanText({ name, from, to, process, behindOthers, cores }: EnvironmentSpan, all: Measured): string {
  const stolen = cores.stolen >= 0.05 ? ` and the host took ${figure(Number(cores.stolen.toFixed(1)))}` : "";
  const used = `others used ${figure(Number(cores.others.toFixed(1)))} of ${all.cores} processors${stolen}`;
  return `${when[name]} (${seconds(from)} to ${seconds(to)}) ${used}, and ${process} waited ${shareBesideText(behindOthers, all.bound)} of the time behind them`;
}

function calibrated({ calibration }: Measured): string {
  if (calibration?.ok !== true) return "";
  const busy =
    calibration.othersCores >= 0.2
      ? `, with ${figure(Number(calibration.othersCores.toFixed(1)))} in use by others`
      : "";
  return `; calibrated before the first trial: ${shareText(calibration.waitShare)}${busy}`;
}
