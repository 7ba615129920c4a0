// What the history knew of some intents before a run began.

import { stat } from "node:fs/promises";
import { messageOf } from "../core/errors.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { openHistory } from "./open-history.ts";
import { historyDirOf, rowsFileOf } from "./rows-file.ts";

/** So far back is looked, ms: 90 days. Older trials are of a stack that nobody runs any more. */
const lookBackMs = 90 * 86_400_000;

/** Rows, oldest run first, and what went wrong, a sentence each. */
interface RowsBefore {
  readonly rows: readonly HistoryRow[];
  /** All rows of the newest earlier run of the same suite or, without one, with one of the intents; empty: none. */
  readonly baseline: readonly HistoryRow[];
  readonly notes: readonly string[];
}

interface RunAsked {
  readonly runId: string;
  readonly suite: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Runs that it was put together from: they are of tonight. */
  readonly parts?: readonly { readonly runId: string }[];
}

/** Never rejects: a history that cannot be read is named, and none is no trouble. */
export async function rowsBefore(
  outDir: string,
  run: RunAsked,
  intents: readonly { readonly id: string }[],
): Promise<RowsBefore> {
  const dir = historyDirOf(outDir);
  const notes: string[] = [];
  const nothing = { rows: [], baseline: [], notes };
  try {
    if ((await stat(rowsFileOf(dir)).catch(() => undefined)) === undefined) return nothing;
    using history = await openHistory(dir, (says) => notes.push(says));
    const before = Date.parse(run.startedAt);
    const asked = { intents: intents.map(({ id }) => id), since: before - lookBackMs, before };
    const own = new Set([run, ...(run.parts ?? [])].map(({ runId }) => runId));
    const rows = (await history.rows(asked)).filter((row) => !own.has(row.run));
    const last = rows.findLast(({ suite }) => run.suite === null || suite === run.suite)?.run;
    return { rows, baseline: last === undefined ? [] : await history.rows({ runs: [last] }), notes };
  } catch (thrown) {
    notes.push(`the history was not asked: ${messageOf(thrown)}`);
    return nothing;
  }
}
