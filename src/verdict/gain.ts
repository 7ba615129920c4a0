// What is a healer good for? Treatment against the same faults with nobody to heal.

import type { TrialDigest } from "../core/digest.ts";
import { armNames, isUnhealed, treatmentArm } from "../core/arms.ts";
import type { Gain } from "../records/results/attribution.ts";
import type { Observation } from "../measure/statistics/kaplan-meier.ts";
import { logRank } from "../measure/statistics/log-rank.ts";
import { newcombeDifference } from "../measure/statistics/newcombe.ts";
import { recoveredForGood, tellingTrials } from "./arm-evidence.ts";
import { chanceText, differenceText } from "./wording.ts";

/**
 * By how often: the difference of the shares that recovered for good. By how soon: a log-rank test of the times to
 * recovery (t6 − t0), in which a trial that did not recover by τ takes part up to there. What n does not support is
 * refused in words.
 */
export function gainOf(treatment: readonly TrialDigest[], unhealed: readonly TrialDigest[], confidence: number): Gain {
  const [treated, alone] = [tellingTrials(treatment), tellingTrials(unhealed)];
  const counts = [treated, alone].map((trials) => ({
    hits: trials.filter(recoveredForGood).length,
    of: trials.length,
  }));
  const [first, second] = counts;
  if (first === undefined || second === undefined || first.of === 0 || second.of === 0) {
    const missing = treated.length === 0 ? treatmentArm : armNames.find(isUnhealed);
    return { says: `gain: not known, no trial of the arm ${missing} tells whether the stack recovered` };
  }
  const recovery = newcombeDifference(first, second, confidence);
  const ranked = logRank(timesOf(treated), timesOf(alone));
  const pace = ranked.ok
    ? `times to recovery differ by a log-rank test with ${chanceText(ranked.p)} (χ² = ${ranked.chiSquare.toFixed(1)})`
    : `times to recovery are not compared: ${ranked.reason}`;
  const says =
    `gain over no healer: ${first.hits} of ${first.of} recovered for good with it, ${second.hits} of ${second.of} without ` +
    `(difference ${differenceText(recovery, confidence)}); ${pace}`;
  return { recovery, ...(ranked.ok && { times: { chiSquare: ranked.chiSquare, p: ranked.p } }), says };
}

function timesOf(trials: readonly TrialDigest[]): Observation[] {
  return trials.map(({ plan, facts }) => {
    const ms = facts.mttr?.ms ?? Infinity;
    return ms > plan.watchMs ? { ms: plan.watchMs, ended: false } : { ms, ended: true };
  });
}
