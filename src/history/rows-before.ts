// What the history knew of some intents before a run began.

import type { HistoryRow } from "../records/history-row.ts";
import { askHistory, ownRuns, type RunAsked } from "./ask-history.ts";

/** So far back is looked, ms: 90 days. Older trials are of a stack that nobody runs any more. */
const lookBackMs = 90 * 86_400_000;

/** Rows, oldest run first, and what went wrong, a sentence each. */
interface RowsBefore {
  readonly rows: readonly HistoryRow[];
  /** All rows of the newest earlier run of the same suite or, without one, with one of the intents; empty: none. */
  readonly baseline: readonly HistoryRow[];
  readonly notes: readonly string[];
}

/** Never rejects: a history that cannot be read is named, and none is no trouble. */
export async function rowsBefore(
  outDir: string,
  run: RunAsked & { readonly suite: string | null },
  intents: readonly { readonly id: string }[],
): Promise<RowsBefore> {
  const notes: string[] = [];
  const own = ownRuns(run);
  const before = Date.parse(run.startedAt);
  const asked = { intents: intents.map(({ id }) => id), since: before - lookBackMs, before };
  const note = (says: string): void => void notes.push(says);
  return askHistory<RowsBefore>(outDir, { rows: [], baseline: [], notes }, note, async (history) => {
    const rows = (await history.rows(asked)).filter((row) => !own.has(row.run));
    const last = rows.findLast(({ suite }) => run.suite === null || suite === run.suite)?.run;
    return { rows, baseline: last === undefined ? [] : await history.rows({ runs: [last] }), notes };
  });
}
