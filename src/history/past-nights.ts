// What earlier nights have of a trial's kind: same target, settings, intent, arm and plan.

import { seriesOf } from "../core/series.ts";
import { planDigest } from "../core/plan-digest.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { TrialPlan } from "../records/plan.ts";
import { askHistory, ownRuns, type RunAsked } from "./ask-history.ts";

/** Runs that are read, newest first. */
const mostRuns = 30;

/**
 * Rows of earlier runs, oldest first, that tell whether the stack recovered; older rows do not say their plan, and are
 * taken for the same.
 */
export type PastOf = (plan: TrialPlan) => readonly HistoryRow[];

/** The history beside the runs of `outDir`, up to the begin of a run. `note` hears what is amiss with it. */
export async function readPast(outDir: string, run: RunAsked, note: (says: string) => void): Promise<PastOf> {
  const bySeries = new Map<string, HistoryRow[]>();
  for (const row of await newestRows(outDir, run, note)) {
    const key = seriesOf(row);
    const rows = bySeries.get(key) ?? [];
    if (row.tells) rows.push(row);
    bySeries.set(key, rows);
  }
  return (plan) => {
    const rows = bySeries.get(seriesOf(plan)) ?? [];
    const digest = planDigest(plan);
    return rows.filter((row) => row.plan === undefined || row.plan === digest);
  };
}

async function newestRows(outDir: string, run: RunAsked, note: (says: string) => void): Promise<readonly HistoryRow[]> {
  const own = ownRuns(run);
  const before = Date.parse(run.startedAt);
  return askHistory<readonly HistoryRow[]>(outDir, [], note, async (history) => {
    const earlier = (await history.runs()).filter((one) => !own.has(one.run) && Date.parse(one.started) < before);
    const runs = earlier.slice(-mostRuns).map((one) => one.run);
    return runs.length === 0 ? [] : history.rows({ runs });
  });
}
