// Reads the rows that fill the request mix from their file.

import { readFile } from "node:fs/promises";
import { readRows } from "../core/dataset.ts";
import type { Row } from "../core/dataset.ts";

/** Rows of a JSON Lines file; rejects with file and line when one is not an object, or when there is none. */
export async function readDataset(file: string): Promise<readonly Row[]> {
  const { rows, problems } = readRows(await readFile(file, "utf8"));
  const [first] = problems;
  if (first) throw new Error(`${file}:${first.line}: ${first.found}; expected ${first.expected}`);
  return rows.map(({ row }) => row);
}
