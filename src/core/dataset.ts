// The rows that fill the request mix (JSON Lines, one object a line; what is wrong is told with its line), and the
// templates that they fill: `{field}` stands for a value of the row, `{{field}}` for the text {field}.

import { WrittenNumber, exactJsonText, isList, parseExactJson } from "./exact-json.ts";
import type { Written } from "./exact-json.ts";

/** One row of a dataset. */
export type Row = Readonly<Record<string, Written>>;

/** One thing that is wrong; lines count from 1. */
interface RowProblem {
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

export interface Dataset {
  readonly rows: readonly { readonly line: number; readonly row: Row }[];
  readonly problems: readonly RowProblem[];
}

const expected = "a JSON object in each line";

/** Reads rows; numbers stay as they are written. Empty lines, a byte-order mark and CRLF are fine. */
export function readRows(text: string): Dataset {
  const rows: { line: number; row: Row }[] = [];
  const problems: RowProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (raw.trim() === "") continue;
    const line = index + 1;
    try {
      const row = parseExactJson(raw);
      if (row !== null && typeof row === "object" && !isList(row) && !(row instanceof WrittenNumber))
        rows.push({ line, row });
      else problems.push({ line, found: "a line that is not an object", expected });
    } catch {
      problems.push({ line, found: "a line that is not JSON", expected });
    }
  }
  if (rows.length === 0 && problems.length === 0) {
    problems.push({ line: 1, found: "no rows", expected: "at least one row" });
  }
  return { rows, problems };
}

const name = String.raw`[\p{L}\p{N}_.-]+`;
const pattern = new RegExp(String.raw`\{\{(?<literal>${name})\}\}|\{(?<field>${name})\}`, "gu");
const some = new RegExp(pattern.source, "u");
const lonely = new RegExp(String.raw`^\{(${name})\}$`, "u");

/** A field that a text asks for; `column` counts from 1. */
export interface FieldUse {
  readonly field: string;
  readonly column: number;
}

/** Every `{field}` of a text, in order. */
export function fieldsIn(text: string): readonly FieldUse[] {
  return [...text.matchAll(pattern)].flatMap(({ groups, index }) => {
    const field = groups?.["field"];
    return field === undefined ? [] : [{ field, column: index + 1 }];
  });
}

/** Whether filling in may change a text: it holds `{field}` or `{{field}}`. */
export function hasFields(text: string): boolean {
  return some.test(text);
}

/** Replaces every `{field}` that the row has, and writes `{{x}}` as {x}. `encode` is put over every value. */
export function fillText(text: string, row: Row, encode: (value: string) => string = String): string {
  return text.replace(pattern, (whole, literal: string | undefined, field: string | undefined) => {
    if (field === undefined) return `{${literal ?? ""}}`;
    const value = valueOf(row, field);
    if (value === undefined) return whole;
    return encode(typeof value === "string" ? value : exactJsonText(value));
  });
}

/**
 * As `fillText`, for every text inside; a text that is nothing but `{field}` becomes the value itself, of whatever
 * type. Keys stay.
 */
export function fillJson(value: Written, row: Row): Written {
  if (typeof value === "string") {
    const [, field = ""] = lonely.exec(value) ?? [];
    const filled = valueOf(row, field);
    return filled === undefined ? fillText(value, row) : filled;
  }
  if (value === null || typeof value !== "object" || value instanceof WrittenNumber) return value;
  if (isList(value)) return value.map((each) => fillJson(each, row));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillJson(each, row)]));
}

function valueOf(row: Row, field: string): Written | undefined {
  return Object.hasOwn(row, field) ? row[field] : undefined;
}
