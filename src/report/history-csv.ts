// The history as CSV (RFC 4180) for spreadsheets: a line a row, times as value and bounds.

import type { HistoryRow } from "../records/history-row.ts";

type Cell = string | number | boolean | null | undefined;

const times = ["mttd", "mttr", "ttm"] as const;

/** Each column by its name; times in ms. */
const columns: readonly (readonly [string, (row: HistoryRow) => Cell])[] = [
  ["run", (row) => row.run],
  ["started", (row) => row.started],
  ["ended", (row) => row.ended],
  ["suite", (row) => row.suite],
  ["harness", (row) => row.harness],
  ["target", (row) => row.target],
  [
    "settings",
    ({ settings = {} }) =>
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
  ],
  ["intent", (row) => row.intent],
  ["arm", (row) => row.arm],
  ["n", (row) => row.n],
  ["seed", (row) => row.seed],
  ["plan", (row) => row.plan],
  ["outcome", (row) => row.outcome],
  ["tells", (row) => row.tells],
  ["recovery", (row) => row.recovery],
  ["relapsed", ({ relapsed = false }) => relapsed],
  ["pathway", (row) => row.pathway],
  ...times.flatMap((time): [string, (row: HistoryRow) => Cell][] => [
    [`${time}_ms`, (row) => row[time]?.ms],
    [`${time}_lo_ms`, (row) => row[time]?.lo],
    [`${time}_hi_ms`, (row) => row[time]?.hi],
  ]),
  ["watch_ms", (row) => row.watchMs],
  ["took_ms", (row) => row.tookMs],
  ["work_ms", (row) => row.workMs],
  ["files", (row) => row.files],
  ["predicted_passes", (row) => row.predicted?.passes],
  ["predicted_pathway", (row) => row.predicted?.pathway],
  ["predicted_mttr_lo_ms", (row) => row.predicted?.mttr?.lo],
  ["predicted_mttr_hi_ms", (row) => row.predicted?.mttr?.hi],
  ["predicted_mttr_share", (row) => row.predicted?.mttr?.share],
  ["against", ({ against }) => against.join(" ")],
];

/** With a line of names first; lines end with CR LF. */
export function* csvLines(rows: Iterable<HistoryRow>): Generator<string> {
  yield `${columns.map(([name]) => name).join(",")}\r\n`;
  for (const row of rows) yield `${columns.map(([, of]) => cellText(of(row))).join(",")}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). */
function cellText(cell: Cell): string {
  if (typeof cell !== "string") return cell === null || cell === undefined ? "" : String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
