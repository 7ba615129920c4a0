// What the history holds for and against a belief, by how much each trial still counts. The weights are ours.

import { planDigest } from "../../core/plan-digest.ts";
import { seriesOf } from "../../core/series.ts";
import type { Tried } from "../../measure/statistics/beta-rate.ts";
import type { HistoryRow } from "../../records/history-row.ts";
import type { TrialPlan } from "../../records/plan.ts";

const dayMs = 86_400_000;
/** A trial counts half after so long, days: ours. Stacks, machines and loads move on without anybody telling. */
const halfLifeDays = 14;
/** So much of it counts where a file of the target has changed since: ours. Most changes touch few beliefs. */
const afterChange = 0.25;

/** Rows by series, oldest first as they come. */
export type RowsOf = (of: Parameters<typeof seriesOf>[0]) => readonly HistoryRow[];

/** Rows of before `nowMs`; those of later ones are of another clock. */
export function rowsBySeries(rows: readonly HistoryRow[], nowMs: number): RowsOf {
  const found = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    if (Date.parse(row.started) >= nowMs) continue;
    const key = seriesOf(row);
    const known = found.get(key);
    if (known === undefined) found.set(key, [row]);
    else known.push(row);
  }
  return (of) => found.get(seriesOf(of)) ?? [];
}

/** True of a verdict for or against the belief. */
export function isJudged({ outcome }: Pick<HistoryRow, "outcome">): boolean {
  return outcome === "pass" || outcome === "fail" || outcome === "residue";
}

/** Judged rows of one of these plans, oldest first; older rows do not say their plan, and are taken for the same. */
export function rowsOfPlans(rows: readonly HistoryRow[], plans: readonly TrialPlan[]): readonly HistoryRow[] {
  const digests = new Set(plans.map(planDigest));
  return rows.filter((row) => isJudged(row) && (row.plan === undefined || digests.has(row.plan)));
}

/** True where both say what files the target was made of, and not the same. */
export function isOfOtherFiles(
  row: Pick<HistoryRow, "files">,
  { targetFacts }: Pick<TrialPlan, "targetFacts">,
): boolean {
  const { files } = targetFacts;
  return files !== undefined && row.files !== undefined && row.files !== files;
}

/**
 * How many trials passed and did not, each by its weight: 2^(−age ÷ 14 days), and a quarter of that where a file of
 * the target has changed since.
 */
export function weighed(rows: readonly HistoryRow[], plan: TrialPlan, nowMs: number): Tried {
  let [passed, failed] = [0, 0];
  for (const row of rows) {
    const age = (nowMs - Date.parse(row.started)) / dayMs;
    const weight = 2 ** (-age / halfLifeDays) * (isOfOtherFiles(row, plan) ? afterChange : 1);
    if (row.outcome === "pass") passed += weight;
    else failed += weight;
  }
  return { passed, failed };
}
