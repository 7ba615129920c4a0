// What the history makes expect of a trial. Nothing here is asked by a verdict.

import { meanRate } from "../../measure/statistics/beta-rate.ts";
import type { HistoryRow } from "../../records/history-row.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Prediction } from "../../records/prediction.ts";
import { rowsOfPlans, weighed, type RowsOf } from "./evidence.ts";

/** Where there are enough trials for it, the bounds of the MTTR hold so many of the trials to come. */
const wished = 0.9;
/** With fewer, the whole range of what was seen holds less than half of what is to come. */
const fewestTimes = 3;

/**
 * Undefined where no trial of this very plan was judged: then there is no prediction. The chance to pass is that of
 * `meanRate` over weighed trials.
 */
export function predictionOf(plan: TrialPlan, rowsOf: RowsOf, nowMs: number): Prediction | undefined {
  const rows = rowsOfPlans(rowsOf(plan), [plan]);
  if (rows.length === 0) return undefined;
  const mttr = timesToCome(rows);
  return {
    passes: rounded(meanRate(weighed(rows, plan, nowMs))),
    of: rows.length,
    pathway: commonest(rows),
    ...(mttr && { mttr }),
  };
}

/** Six digits: more would be noise in the record. */
function rounded(share: number): number {
  return Number(share.toFixed(6));
}

/** Of two that are as common, the one that was seen last. */
function commonest(rows: readonly HistoryRow[]): string | null {
  const counts = new Map<string | null, number>();
  for (const { pathway } of rows) counts.set(pathway, (counts.get(pathway) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return rows.findLast(({ pathway }) => counts.get(pathway) === most)?.pathway ?? null;
}

/**
 * Bounds of the next time by order statistics, whatever their distribution: it is as likely in each of the n + 1
 * gaps between n times that are like it. So it lies within [x(r), x(n + 1 − r)] with a chance of (n + 1 − 2r) ÷ (n
 * + 1). What did not recover is longer than any: where the upper bound is of that kind there is none, and the next
 * time is at least x(r) with a chance of (n + 1 − r) ÷ (n + 1). The greatest r for 90 %, else 1 and its own
 * chance. Undefined where the lower bound would be of that kind, too.
 */
function timesToCome(rows: readonly HistoryRow[]): Prediction["mttr"] {
  const times = rows.filter(({ tells }) => tells).map(({ mttr }) => mttr?.ms ?? Infinity);
  const n = times.length;
  if (n < fewestTimes) return undefined;
  times.sort((a, b) => a - b);
  const ranked = (ends: number): { readonly r: number; readonly share: number } => {
    const r = Math.max(1, Math.floor(((n + 1) * (1 - wished)) / ends + 1e-9));
    return { r, share: rounded((n + 1 - ends * r) / (n + 1)) };
  };
  const both = ranked(2);
  const hi = times[n - both.r] ?? Infinity;
  const { r, share } = hi < Infinity ? both : ranked(1);
  const lo = times[r - 1] ?? Infinity;
  if (lo === Infinity) return undefined;
  return { lo, ...(hi < Infinity && { hi }), share };
}
