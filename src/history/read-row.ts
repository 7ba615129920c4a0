// A line of the history as a row, or why it is none. What is wrong with it is said without a word of the line itself:
// nobody knows what stands there.

import { readJsonLine } from "../lib/json-lines.ts";
import { historyRowSchema, historyRowVersion, type HistoryRow } from "../records/history-row.ts";
import type { RowLine } from "./rows-file.ts";

/** A row, or a clause that can be printed. */
export type ReadRow = { readonly ok: true; readonly row: HistoryRow } | { readonly ok: false; readonly reason: string };

/** Fields that may be named; the keys of a record are somebody's words. */
const fields: ReadonlySet<string> = new Set(Object.keys(historyRowSchema.shape));

export function readRow({ text, whole }: RowLine): ReadRow {
  if (!whole) return { ok: false, reason: "it has no end: it was torn off by a crash, or is being written" };
  const line = readJsonLine(text);
  if (!line.ok) return { ok: false, reason: "it is no JSON" };
  const version = versionOf(line.value);
  if (version !== historyRowVersion) {
    const found = typeof version === "number" ? `of version ${version}` : "no row of a history";
    return { ok: false, reason: `it is ${found}; this build of rebound reads version ${historyRowVersion}` };
  }
  const result = historyRowSchema.safeParse(line.value);
  if (result.success) return { ok: true, row: result.data };
  const wrong = new Set(result.error.issues.map(({ path: [field] }) => String(field)));
  const named = [...wrong].filter((field) => fields.has(field)).map((field) => `\`${field}\``);
  const what = named.length === 0 ? "it has fields that a row has not" : `${named.join(", ")} is not as it is written`;
  return { ok: false, reason: `${what} by this build of rebound` };
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
}
