// The rows that fill the request mix: JSON Lines, one object a line. What is wrong is told with its line.

import { WrittenNumber, isList, parseExactJson } from "./exact-json.ts";
import type { Row } from "./template.ts";

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
