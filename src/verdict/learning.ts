// Has the healer learned? The second occurrence of a fault with what it learned of the first, against the same with its
// learning store emptied.

import type { TrialDigest } from "../core/digest.ts";
import { isTreatment, memoryOf } from "../core/arms.ts";
import type { Learning } from "../records/results/learning.ts";
import { survival } from "../measure/statistics/kaplan-meier.ts";
import type { Observation } from "../measure/statistics/kaplan-meier.ts";
import { logRankPermuted } from "../measure/statistics/log-rank-permuted.ts";
import { seededRandom } from "../core/random.ts";
import { recoveredForGood, tellingTrials } from "./arm-evidence.ts";
import { chanceText, seconds } from "./wording.ts";

/** Fewest trials of each arm for a claim. */
const fewest = 12;
/** Two times are compared, each at half of 5 % (Bonferroni). */
const alpha = 0.025;

/**
 * Trials count whose first occurrence was healed for good: of another there was nothing to learn. LEARNED when a
 * permutation log-rank test of the times to detection (t2 − t0) or to recovery (t6 − t0) finds the arm with the store
 * the quicker one, with at least 12 trials in each arm; NOT-SHOWN when neither does; UNPROVEN with fewer trials. Who
 * did not detect or recover takes part up to where the trial was watched.
 */
export function learningOf(trials: readonly TrialDigest[]): Learning {
  const taught = new Set(
    tellingTrials(trials.filter(({ plan }) => isTreatment(plan.arm)))
      .filter(recoveredForGood)
      .map(({ plan }) => plan.index),
  );
  const of = (memory: "kept" | "emptied"): TrialDigest[] =>
    tellingTrials(trials.filter(({ plan }) => memoryOf(plan.arm) === memory && taught.has(plan.index)));
  const [kept, emptied] = [of("kept"), of("emptied")];
  const counts = { kept: kept.length, emptied: emptied.length };
  const detection = compare(kept, emptied, ({ facts }) => facts.mttd?.ms);
  const recovery = compare(kept, emptied, ({ facts }) => facts.mttr?.ms);
  const times = `detected after ${detection.says}; recovered after ${recovery.says}`;
  const base = {
    ...counts,
    ...(detection.test && { detection: detection.test }),
    ...(recovery.test && { recovery: recovery.test }),
  };
  if (Math.min(kept.length, emptied.length) < fewest) {
    const lack = `${kept.length} trials with what was learned and ${emptied.length} without tell; a claim needs ${fewest} of each`;
    return { ...base, verdict: "UNPROVEN", says: `${lack}; so far: ${times}` };
  }
  const quicker = [detection, recovery].some(({ test }) => test !== undefined && test.quicker && test.p < alpha);
  return { ...base, verdict: quicker ? "LEARNED" : "NOT-SHOWN", says: times };
}

interface Compared {
  readonly test?: NonNullable<Learning["detection"]>;
  readonly says: string;
}

function compare(
  kept: readonly TrialDigest[],
  emptied: readonly TrialDigest[],
  msOf: (trial: TrialDigest) => number | undefined,
): Compared {
  const times = (trials: readonly TrialDigest[]): Observation[] =>
    trials.map((trial) => {
      const ms = msOf(trial) ?? Infinity;
      const { watchMs } = trial.plan;
      return ms > watchMs ? { ms: watchMs, ended: false } : { ms, ended: true };
    });
  const [first, second] = [times(kept), times(emptied)];
  const figures = `${middle(first)} with what was learned, ${middle(second)} without`;
  const ranked = logRankPermuted(first, second, seededRandom(1, "deals of a log-rank test"));
  if (!ranked.ok) return { says: `${figures} (not compared: ${ranked.reason})` };
  const { observed, expected, p } = ranked;
  const quicker = observed > expected;
  return {
    test: { observed, expected, p, quicker },
    says: `${figures} (permutation log-rank, ${chanceText(p)})`,
  };
}

/** The median over trials of whom some may not have come to it, and their number. */
function middle(times: readonly Observation[]): string {
  if (times.length === 0) return "no trial";
  const half = survival(times).find(({ share }) => share <= 0.5);
  return `${half === undefined ? "no median, too few did" : `a median of ${seconds(half.ms)}`} (n = ${times.length})`;
}
