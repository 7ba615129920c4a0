// A line of the history as a row, or why it is none; and rows that would be none as lines. What is wrong with one is
// said without a word of the line itself: nobody knows what stands there.

import type { z } from "zod";
import { readJsonLine } from "../lib/json-lines.ts";
import { historyRowSchema, historyRowVersion, type HistoryRow } from "../records/history-row.ts";

/** A row, or a clause that can be printed. */
export type ReadRow = { readonly ok: true; readonly row: HistoryRow } | { readonly ok: false; readonly reason: string };

/** A line of the file, its end not included. */
interface TextLine {
  readonly text: string;
  /** False for a last line without an end. */
  readonly whole: boolean;
}

/** Fields that may be named; the keys of a record are somebody's words. */
const fields: ReadonlySet<string> = new Set(Object.keys(historyRowSchema.shape));

export function readRow({ text, whole }: TextLine): ReadRow {
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
  return { ok: false, reason: `${wrongWith(result.error)} by this build of rebound` };
}

/** Which fields are wrong, as the begin of a clause. */
function wrongWith({ issues }: Pick<z.ZodError, "issues">): string {
  const wrong = new Set(issues.map(({ path: [field] }) => String(field)));
  const named = [...wrong].filter((field) => fields.has(field)).map((field) => `\`${field}\``);
  return named.length === 0 ? "it has fields that a row has not" : `${named.join(", ")} is not as it is written`;
}

/** Asks of a row what is asked of it when it is read: what is wrong with it, as a sentence, or undefined. */
export function unfitFor(row: HistoryRow): string | undefined {
  const { error } = historyRowSchema.safeParse(row);
  return error === undefined ? undefined : `the history lacks ${nameOf(row)}: ${wrongWith(error)} there`;
}

/** The same of a row that is not to be kept, as `process/replica-kill treatment-1: …`. */
export function wrongRow(row: HistoryRow): string | undefined {
  const { error } = historyRowSchema.safeParse(row);
  return error === undefined ? undefined : `${nameOf(row)}: ${wrongWith(error)} in a history`;
}

/** An intent with a name that cannot be kept is not named. */
function nameOf({ intent, arm, n }: HistoryRow): string {
  const named = historyRowSchema.shape.intent.safeParse(intent).success ? `${intent} ` : "";
  return `${named}${arm}-${n}`;
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
}
