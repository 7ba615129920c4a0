// What never took the steady state away was felt by nobody: not to have noticed it is no miss.

import type { Ms } from "../core/units.ts";
import type { Mark, TrialFacts, TrialRecord } from "../core/verdict.ts";
import { seconds } from "./wording.ts";

/**
 * Why silence up to `until` is no miss: the steady state was never left, or only so late that less than `detected.within` went by from then
 * on. Undefined when it was left early enough, or when too little was seen to say.
 */
export function notFelt(
  { plan }: TrialRecord,
  { recovery, windows }: TrialFacts,
  { t0, until }: { readonly t0: Mark; readonly until: Ms },
): string | undefined {
  if (recovery === "not-disturbed") return "the steady state was never left, so there was nothing to notice";
  const withinMs = plan.expect.detected?.withinMs ?? 0;
  const left = windows.find(({ to, state }) => to > t0.lo && state !== "good");
  if (left === undefined || left.from < t0.hi + withinMs || until - left.from >= withinMs) return undefined;
  return `the steady state was left at ${seconds(left.from)}, only ${seconds(until - left.from)} earlier`;
}
