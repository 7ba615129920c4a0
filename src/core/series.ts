// What makes trials of different runs comparable.

import type { HistoryRow } from "../records/history-row.ts";

/** What must be the same for two rows to be compared, as one text. */
export function seriesOf(row: Pick<HistoryRow, "target" | "settings" | "intent" | "arm">): string {
  const settings = Object.entries(row.settings ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([row.target, settings, row.intent, row.arm]);
}

/**
 * Of rows of one series, oldest first, those of the newest plan: another plan is another trial. Rows that do not say
 * theirs are older, and are a plan of their own.
 */
export function ofNewestPlan(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  const newest = rows.at(-1)?.plan;
  return rows.filter(({ plan }) => plan === newest);
}
