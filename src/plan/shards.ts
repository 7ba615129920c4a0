// Which intents of a run belong to one of several machines that share it.

import { HarnessError } from "../core/errors.ts";
import { planDigest } from "../core/plan-digest.ts";
import { trialName } from "../core/plan.ts";
import { hash32 } from "../core/random.ts";
import { counted } from "../core/text.ts";
import type { Shard } from "../records/begun.ts";
import type { TrialPlan } from "../records/plan.ts";

/** Which one of how many; see `Shard`. */
export type AskedShard = Pick<Shard, "index" | "of">;

/** Digest of all trials, with their seeds: what was to be done in a night, however it is shared. */
export function nightOf(plans: readonly TrialPlan[]): string {
  const texts = plans.map((plan) => `${trialName(plan)} ${plan.seed} ${planDigest(plan)}`).toSorted();
  return hash32(texts.join("\n")).toString(16).padStart(8, "0");
}

/**
 * Ids of the intents that this shard runs. An intent is never torn, since its arms are compared with each other. Every
 * shard finds the same parts: the longest intent, by the estimates of its plans, goes to the shard that has least to do
 * so far. Throws HarnessError "bad-input" when there are fewer intents than shards: an empty run would be green.
 */
export function intentsOfShard(plans: readonly TrialPlan[], { index, of }: AskedShard): ReadonlySet<string> {
  const times = new Map<string, number>();
  for (const { intent, estimateMs } of plans) times.set(intent, (times.get(intent) ?? 0) + estimateMs);
  if (times.size < of) {
    throw new HarnessError("bad-input", `${counted(of, "shard")} for ${counted(times.size, "intent")}`, {
      hint: `an intent runs as a whole on one shard: give --shard ${Math.min(index, times.size)}/${times.size} at most`,
    });
  }
  const shards = Array.from({ length: of }, () => ({ ms: 0, intents: new Set<string>() }));
  const longestFirst = [...times].toSorted(([a, aMs], [b, bMs]) => bMs - aMs || (a < b ? -1 : 1));
  for (const [intent, ms] of longestFirst) {
    const least = shards.reduce((best, shard) => (shard.ms < best.ms ? shard : best));
    least.ms += ms;
    least.intents.add(intent);
  }
  return shards[index - 1]?.intents ?? new Set();
}
