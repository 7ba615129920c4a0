// What earlier nights have of a trial's kind: same target, settings, intent, arm and plan. A remark beside what was
// measured: whatever is wrong with the history, a report is written without it.

import { HarnessError, messageOf } from "../core/errors.ts";
import { seriesOf } from "../core/series.ts";
import { planDigest } from "../core/plan-digest.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { TrialPlan } from "../records/plan.ts";
import { openHistory } from "./open-history.ts";
import { historyDirOf } from "./rows-file.ts";

/** Runs that are read, newest first. */
const mostRuns = 30;

/**
 * Rows of earlier runs, oldest first, that tell whether the stack recovered; older rows do not say their plan, and are
 * taken for the same.
 */
export type PastOf = (plan: TrialPlan) => readonly HistoryRow[];

/** The history beside the runs of `outDir`, up to the begin of a run. `note` hears what is amiss with it. */
export async function readPast(
  outDir: string,
  run: { readonly runId: string; readonly startedAt: string },
  note: (says: string) => void,
): Promise<PastOf> {
  const bySeries = new Map<string, HistoryRow[]>();
  for (const row of await rowsBefore(outDir, run, note)) {
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

async function rowsBefore(
  outDir: string,
  { runId, startedAt }: { readonly runId: string; readonly startedAt: string },
  note: (says: string) => void,
): Promise<readonly HistoryRow[]> {
  try {
    using history = await openHistory(historyDirOf(outDir), note);
    const before = Date.parse(startedAt);
    const earlier = (await history.runs()).filter(({ run, started }) => run !== runId && Date.parse(started) < before);
    const runs = earlier.slice(-mostRuns).map(({ run }) => run);
    return runs.length === 0 ? [] : await history.rows({ runs });
  } catch (thrown) {
    // There is none yet.
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return [];
    note(`no earlier nights beside the trials: ${messageOf(thrown)}`);
    return [];
  }
}
