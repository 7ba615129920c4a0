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
  readonly notes: readonly string[];
}

/** Never rejects: a history that cannot be read is named, and none is no trouble. */
export async function rowsBefore(
  outDir: string,
  run: { readonly runId: string; readonly startedAt: string },
  intents: readonly { readonly id: string }[],
): Promise<RowsBefore> {
  const dir = historyDirOf(outDir);
  const notes: string[] = [];
  try {
    if ((await stat(rowsFileOf(dir)).catch(() => undefined)) === undefined) return { rows: [], notes };
    using history = await openHistory(dir, (says) => notes.push(says));
    const before = Date.parse(run.startedAt);
    const asked = { intents: intents.map(({ id }) => id), since: before - lookBackMs, before };
    const rows = await history.rows(asked);
    return { rows: rows.filter((row) => row.run !== run.runId), notes };
  } catch (thrown) {
    return { rows: [], notes: [...notes, `the history was not asked: ${messageOf(thrown)}`] };
  }
}
