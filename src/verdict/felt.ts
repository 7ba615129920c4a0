// What never took the steady state away was felt by nobody: not to have noticed it is no miss, unless the intent asks
// for nothing else than that it is noticed.

import type { Ms } from "../core/units.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { WindowFact } from "../records/facts/windows.ts";
import type { Mark } from "../records/interval.ts";
import { seconds } from "./wording.ts";

/**
 * Why silence up to `until` is no miss: the steady state was never left, or only so late that less than
 * `detected.within` went by from then on. Undefined when it was left early enough, when too little was seen to say, or
 * where no recovery is expected: then the detection is all that was asked for.
 */
export function notFelt(
  { plan }: TrialRecord,
  { recovery, windows }: TrialFacts,
  { t0, until }: { readonly t0: Mark; readonly until: Ms },
): string | undefined {
  if (isToBeNoticedAlone(plan)) return undefined;
  if (recovery === "not-disturbed") return "the steady state was never left, so there was nothing to notice";
  const withinMs = plan.expect.detected?.withinMs ?? 0;
  const left = leftAt(windows, t0);
  if (left === undefined || left.from < t0.hi + withinMs || until - left.from >= withinMs) return undefined;
  return `the steady state was left at ${seconds(left.from)}, only ${seconds(until - left.from)} earlier`;
}

/**
 * By when it had to be noticed, ms: `detected.within` after t0, or after the steady state was left where that came
 * later than this.
 */
export function dueBy({ plan }: TrialRecord, { windows }: TrialFacts, t0: Mark): Ms {
  const withinMs = plan.expect.detected?.withinMs ?? 0;
  if (isToBeNoticedAlone(plan)) return t0.hi + withinMs;
  const left = leftAt(windows, t0);
  return Math.max(t0.hi, left !== undefined && left.from >= t0.hi + withinMs ? left.from : t0.hi) + withinMs;
}

/** A detection is expected and no recovery: the loss of telemetry, say, which users never feel. */
function isToBeNoticedAlone({ expect }: TrialRecord["plan"]): boolean {
  return expect.detected !== undefined && expect.recovered === undefined;
}

/** The first window after the injection that was not seen to be good. */
function leftAt(windows: readonly WindowFact[], t0: Mark): WindowFact | undefined {
  return windows.find(({ to, state }) => to > t0.lo && state !== "good");
}
