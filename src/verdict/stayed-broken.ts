// What to say of an arm whose stack was meant to stay broken, so that its "pass" is not read as "broken is fine".

import type { TrialDigest } from "../core/digest.ts";
import { hasNoOps, isUnhealed } from "../core/arms.ts";

type Judged = Pick<TrialDigest, "plan" | "facts" | "verdict">;

/** Words for a trial that passed because nothing repaired the stack; undefined for every other one. */
export function stayedBroken({ plan, facts, verdict }: Judged): string | undefined {
  if (verdict.outcome !== "pass") return undefined;
  if (facts.recovery !== "not-recovered" && facts.recovery !== "waited-out") return undefined;
  if (isUnhealed(plan.arm)) return "stayed broken without the healer: it does not recover by itself";
  return hasNoOps(plan.arm) ? "stayed broken, as it must without the repair" : undefined;
}
