// The headline times over trials that passed or failed.

import type { TrialDigest } from "../core/digest.ts";
import { summariseTimes } from "../measure/statistics/summarise-times.ts";
import type { TimeSummary } from "../records/results/summaries.ts";

const unobserved = "not observed: the target says nothing of what it detects";

/** Times over trials in which the thing timed could have happened: TTM asks only those whose users were hurt. */
export function timesOf(trials: readonly TrialDigest[]): { mttd: TimeSummary; mttr: TimeSummary; ttm: TimeSummary } {
  const watchMs = Math.min(...trials.map(({ plan }) => plan.watchMs));
  const wanted = trials.filter(({ plan }) => plan.expect.detected !== undefined);
  const asked = wanted.filter(({ plan }) => plan.targetFacts.hasFeed);
  const broken = trials.filter(({ facts }) => facts.recovery !== "not-disturbed" && facts.recovery !== "unseen");
  const hurt = trials.filter(({ facts }) => facts.marks.t1 !== undefined);
  const lag = Math.max(0, ...hurt.map(({ facts }) => (facts.marks.t1?.at ?? 0) - (facts.marks.t0?.at ?? 0)));
  const mttd = summariseTimes(
    asked.map(({ facts }) => facts.mttd),
    watchMs,
    "t2 − t0",
  );
  return {
    mttd: wanted.length > 0 && asked.length === 0 ? { ...mttd, unobserved: true, says: unobserved } : mttd,
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
