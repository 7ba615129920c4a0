// A plan as a timeline diagram of Mermaid (https://mermaid.js.org/syntax/timeline.html): a section for each trial, and
// in it what happens when, counted from the trial's begin. Before the injection times are estimates, as in the text.

import { armOf } from "../core/arms.ts";
import { formatDuration } from "../core/duration.ts";
import { trialName } from "../core/plan.ts";
import { counted } from "../core/text.ts";
import { waits } from "../core/timing.ts";
import type { Ms } from "../core/units.ts";
import type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";
import { describeDisturbance, timesExpected } from "./describe.ts";
import { stackStartMs } from "./estimate.ts";

/** Mermaid draws no longer text, unless its `maxTextSize` says otherwise; characters. */
export const mermaidDraws = 50_000;

/** The whole diagram, in the order in which the trials would run. */
export function mermaidTimeline(plans: readonly TrialPlan[]): string {
  const total = plans.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
  const title = `${counted(plans.length, "trial")}, about ${formatDuration(total)}`;
  const lines = plans.flatMap((plan, index) => [
    `  section ${escapeMermaid(`${index + 1}. ${trialName(plan)} on ${plan.target}`)}`,
    ...periodsOf(plan).map(
      ([atMs, ...events]) => `    ${[formatDuration(atMs), ...events.map(escapeMermaid)].join(" : ")}`,
    ),
  ]);
  return `${["timeline", `  title ${escapeMermaid(title)}`, ...lines].join("\n")}\n`;
}

/**
 * Safe in every line of a timeline: what is neither a letter, a digit, a space nor one of a few signs that mean nothing
 * to Mermaid and HTML becomes an entity by its code point, `#58;` for a colon. On one line.
 */
function escapeMermaid(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ").trim();
  return plain.replaceAll(/[^\p{L}\p{M}\p{N} .,_/→–=+()-]/gu, (char) => `#${char.codePointAt(0) ?? 0xfffd};`);
}

/** An instant, ms after the trial's begin, and what happens then. */
type Period = readonly [Ms, ...string[]];

/** In the order of time; what happens at one instant is one period. */
function periodsOf(plan: TrialPlan): readonly Period[] {
  const { load, injectAfterMs, watchMs, disturbances } = plan;
  const baseline = stackStartMs + load.warmupMs;
  const injection = baseline + load.baselineMs + injectAfterMs;
  const at = new Map<Ms, string[]>();
  const add = (ms: Ms, says: string): void => void at.set(ms, [...(at.get(ms) ?? []), says]);
  add(0, "the stack starts");
  add(stackStartMs, "users come, warm-up");
  add(baseline, "baseline");
  for (const disturbance of disturbances) {
    const begin = injection + (disturbance.timing?.atMs ?? 0);
    add(begin, `do ${describeDisturbance(disturbance)}`);
    const end = endOf(disturbance);
    if (end !== undefined) add(injection + end, `take back ${disturbance.fault}`);
  }
  for (const says of expectedOf(plan)) add(injection, `expected ${says}`);
  add(injection + watchMs, "watched until here at most, then all is taken back");
  return [...at].toSorted(([a], [b]) => a - b).map(([ms, events]) => [ms, ...events]);
}

/** When it is taken back by plan, ms after the injection; undefined where its begin is not known, or it stays. */
function endOf({ timing }: PlannedDisturbance): Ms | undefined {
  if (timing?.forMs === undefined || waits(timing)) return undefined;
  return (timing.atMs ?? 0) + timing.forMs;
}

function expectedOf({ arm, expect }: TrialPlan): readonly string[] {
  const { expects } = armOf(arm);
  return expects === undefined ? timesExpected(expect) : [expects];
}
