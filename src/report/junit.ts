// JUnit XML for build servers: one test case per intent, because the intent's verdict is what gates a build.

import type { IntentDigest, RunDigest, TrialDigest } from "../core/digest.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { changesModel, type ChangesModel } from "./changes-model.ts";
import { spanText } from "./figures.ts";
import { incidentsText } from "./incidents-model.ts";
import { trialReasons } from "./reasons.ts";
import { triageHeadline, triageLines, triageText } from "./triage-model.ts";
import { escapeXml } from "./text.ts";
import { missingSentences, recoveryWords } from "./words.ts";

/**
 * The run as JUnit XML. fail and residue → failure; inconclusive and invalid → error, never skipped: a skip counts as
 * green on most build servers, and nothing judged is no pass. A run that is not whole carries one more case that says
 * so. Attributes are those that the strictest reader allows, the schema junit-10.xsd of Jenkins' xUnit plugin:
 * `skipped` stands on <testsuite> alone.
 */
export function renderJunit(run: RunDigest): string {
  const incomplete = isIncomplete(run);
  const took = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const counts = {
    tests: run.intents.length + (incomplete ? 1 : 0),
    failures: run.intents.filter(isFailure).length,
    errors:
      run.intents.filter((intent) => intent.outcome === "inconclusive" || intent.outcome === "invalid").length +
      (incomplete ? 1 : 0),
  };
  const totals = `tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" time="${secondsText(took)}"`;
  const name = escapeXml(run.suite === null ? run.runId : `${run.suite} ${run.runId}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rebound" ${totals}>`,
    `  <testsuite name="${name}" timestamp="${escapeXml(run.startedAt)}" ${totals} skipped="0">`,
    ...run.intents.map((intent) => testCase(run, intent)),
    ...(incomplete ? [incompleteCase(run)] : []),
    ...runOutput(run),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** As the schema wants a time: digits and a point, no sign and no exponent; what is no number is 0. */
function secondsText(ms: number): string {
  const seconds = Number.isFinite(ms) ? Math.min(Math.max(0, ms / 1000), longestSeconds) : 0;
  return seconds.toFixed(3);
}

/** Beyond this a number is no longer written in digits alone. */
const longestSeconds = 1e12;

/** How long its trials took together; runs written before that was kept say at least until when they were watched. */
function tookMs({ trials }: IntentDigest): number {
  return trials.reduce((sum, { facts }) => sum + (facts.tookMs ?? facts.windows?.at(-1)?.to ?? 0), 0);
}

function isFailure({ outcome }: IntentDigest): boolean {
  return outcome === "fail" || outcome === "residue";
}

function isIncomplete(run: RunDigest): boolean {
  const done = run.intents.reduce((sum, intent) => sum + intent.trials.length, 0);
  return run.interrupted || done < run.planned || run.intents.length === 0;
}

function testCase(run: RunDigest, intent: IntentDigest): string {
  const slash = intent.intent.lastIndexOf("/");
  const theme = slash < 0 ? "experiments" : `experiments.${intent.intent.slice(0, slash).replaceAll("/", ".")}`;
  const name = intent.intent.slice(slash + 1);
  const changed = changesModel(run)?.lines.filter((line) => line.intent === intent.intent) ?? [];
  const lines = [`believed: ${intent.belief}`, intent.says, ...changed.map(changeLine)];
  const out = escapeXml([...lines, ...intent.trials.flatMap(trialLines)].join("\n"));
  return [
    `    <testcase classname="${escapeXml(theme)}" name="${escapeXml(name)}" time="${secondsText(tookMs(intent))}">`,
    ...verdictElement(run, intent),
    `      <system-out>${out}</system-out>`,
    "    </testcase>",
  ].join("\n");
}

function verdictElement(run: RunDigest, intent: IntentDigest): readonly string[] {
  if (intent.outcome === "pass") return [];
  const element = isFailure(intent) ? "failure" : "error";
  const broken = intent.trials.flatMap((trial) => [
    ...trial.verdict.findings
      .filter((finding) => finding.outcome !== "pass")
      .map((finding) => `${trialLabel(trial)} ${finding.rule} (${finding.outcome}): ${finding.says}`),
    ...reasonLines(trial),
  ]);
  const lines = triageLines(run, intent.intent).map((line) => `triage, ${line.word}: ${triageText(line)}`);
  const body = escapeXml([...lines, ...broken].join("\n"));
  const headline = triageHeadline(run, intent);
  const message = escapeXml(headline === undefined ? intent.says : `${intent.says} [triage: ${headline}]`);
  return [`      <${element} type="${intent.outcome}" message="${message}">${body}</${element}>`];
}

function trialLines(trial: TrialDigest): readonly string[] {
  const { facts } = trial;
  const times = [
    ["MTTD", facts.mttd],
    ["MTTD not observed; first action", facts.firstAction],
    ["MTTR", facts.mttr],
    ["TTM", facts.ttm],
  ] as const;
  const figures = times.flatMap(([name, span]) => (span ? [`${name} ${spanText(span)} (${span.formula})`] : []));
  const told = [
    `${trialLabel(trial)}: ${trial.verdict.outcome}`,
    stayedBroken(trial) ?? recoveryWords[facts.recovery],
    ...figures,
  ].join("; ");
  return [told, ...reasonLines(trial)];
}

function reasonLines(trial: TrialDigest): readonly string[] {
  return trialReasons(trial.facts).map(({ about, says }) => `${trialLabel(trial)} ${about}: ${says}`);
}

function trialLabel(trial: TrialDigest): string {
  return `${trial.plan.arm}-${trial.plan.index}`;
}

/** What is said of the run as a whole. */
function runOutput(run: RunDigest): readonly string[] {
  const incidents = incidentsText(run);
  const changes = changesModel(run);
  // What has a case is said there.
  const others = changes?.lines.filter((line) => !run.intents.some(({ intent }) => intent === line.intent)) ?? [];
  const lines = [
    ...(incidents === undefined ? [] : [incidents]),
    ...(changes === null ? [] : [`changed since the baseline: ${changes.says}`]),
    ...others.map((line) => `${line.intent}: ${changeLine(line)}`),
  ];
  return lines.length === 0 ? [] : [`    <system-out>${escapeXml(lines.join("\n"))}</system-out>`];
}

function changeLine({ word, says }: ChangesModel["lines"][number]): string {
  return `changed since the baseline, ${word}: ${says}`;
}

function incompleteCase(run: RunDigest): string {
  const message = escapeXml(missingSentences(run).join(" ") || "Nothing was judged.");
  return [
    '    <testcase classname="rebound" name="the run is whole" time="0.000">',
    `      <error type="incomplete" message="${message}"></error>`,
    "    </testcase>",
  ].join("\n");
}
