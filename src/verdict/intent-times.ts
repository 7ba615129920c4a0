// The headline times over trials that passed or failed.

import type { TrialDigest } from "../core/digest.ts";
import { summariseTimes } from "../measure/statistics/summarise-times.ts";
import type { TimeSummary } from "../records/results/summaries.ts";

/** Times over trials in which the thing timed could have happened: TTM asks only those whose users were hurt. */
export function timesOf(trials: readonly TrialDigest[]): { mttd: TimeSummary; mttr: TimeSummary; ttm: TimeSummary } {
  const watchMs = Math.min(...trials.map(({ plan }) => plan.watchMs));
  const asked = trials.filter(({ plan }) => plan.expect.detected !== undefined);
  const broken = trials.filter(({ facts }) => facts.recovery !== "not-disturbed" && facts.recovery !== "unseen");
  const hurt = trials.filter(({ facts }) => facts.marks.t1 !== undefined);
  const lag = Math.max(0, ...hurt.map(({ facts }) => (facts.marks.t1?.at ?? 0) - (facts.marks.t0?.at ?? 0)));
  const mttdFormula = asked.find(({ facts }) => facts.mttd)?.facts.mttd?.formula ?? "t2 − t0";
  return {
    mttd: summariseTimes(
      asked.map(({ facts }) => facts.mttd),
      watchMs,
      mttdFormula,
    ),
    mttr: summariseTimes(
      broken.map(({ facts }) => facts.mttr),
      watchMs,
      "t6 − t0",
    ),
    ttm: summariseTimes(
      hurt.map(({ facts }) => facts.ttm),
      watchMs - lag,
      "t5 − t1",
    ),
  };
}
