// Reads the rows that fill the request mix from their file.

import { readFile } from "node:fs/promises";
import { readRows } from "../core/dataset.ts";
import type { Row } from "../core/dataset.ts";

/** Rows of a JSON Lines file; rejects with file and line when one is not an object, or when there is none. */
export async function readDataset(file: string): Promise<readonly Row[]> {
  return datasetOf(await readFile(file, "utf8"), file);
}

/** The same of a text; `name` is how errors call it. */
export function datasetOf(text: string, name: string): readonly Row[] {
  const { rows, problems } = readRows(text);
  const [first] = problems;
  if (first) throw new Error(`${name}:${first.line}: ${first.found}; expected ${first.expected}`);
  return rows.map(({ row }) => row);
}
