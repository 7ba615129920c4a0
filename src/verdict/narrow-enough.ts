// Have we run enough trials? By the width of an interval, never by its place: who stops where a figure looks good finds it too good.

import type { Enough, Sufficiency } from "../core/stopping.ts";
import type { TrialResult } from "../core/verdict.ts";
import { clopperPearson } from "../measure/statistics/clopper-pearson.ts";
import type { Interval } from "../measure/statistics/normal.ts";
import { attribute, countedTrials, recoveredForGood } from "./attribution.ts";
import { percent } from "./wording.ts";

/**
 * With an ablation arm beside treatment by Newcombe's interval of their difference, else by Clopper–Pearson's of the recovery rate, or
 * of the share that passed where nothing is to recover; all at 95 %. Only trials that passed or failed are evidence.
 */
export const narrowEnough: Enough = (trials, { width }) => {
  const of = (arm: string): TrialResult[] => trials.filter(({ plan }) => plan.arm === arm);
  const [treatment, ablation] = [of("treatment"), of("ablation")];
  const asksRecovery = treatment.some(({ plan }) => plan.expect.recovered !== undefined);
  if (asksRecovery && ablation.length > 0) {
    const { difference } = attribute(treatment, ablation);
    return sufficiency("difference between treatment and ablation", difference, width);
  }
  const counted = countedTrials(asksRecovery ? treatment : trials);
  const hits = asksRecovery
    ? counted.filter(recoveredForGood).length
    : counted.filter(({ verdict }) => verdict.outcome === "pass").length;
  const interval = counted.length === 0 ? undefined : clopperPearson(hits, counted.length);
  return sufficiency(asksRecovery ? "recovery rate" : "share that passed", interval, width);
};

function sufficiency(what: string, interval: Interval | undefined, width: number): Sufficiency {
  if (interval === undefined) return { enough: false, because: `no trial counts for the ${what} yet` };
  const { lo, hi } = interval;
  const enough = hi - lo <= width;
  const against = `${enough ? "no wider than" : "wider than"} ${percent(width)}`;
  return { enough, because: `the 95 % interval of the ${what} is ${percent(lo)} to ${percent(hi)}, ${against}` };
}
