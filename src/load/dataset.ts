// Reads the rows that fill the request mix: one JSON object a line.

import { readFile } from "node:fs/promises";
import type { Row } from "./template.ts";

/** Rows of a JSON Lines file; rejects with file and line when one is not an object, or when there is none. */
export async function readDataset(file: string): Promise<readonly Row[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    rows.push(parseRow(line, `${file}:${index + 1}`));
  }
  if (rows.length === 0) throw new Error(`${file} has no rows`);
  return rows;
}

function parseRow(line: string, where: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where} is not JSON`, { cause: error });
  }
  if (row === null || typeof row !== "object" || Array.isArray(row)) throw new Error(`${where} is not an object`);
  return row as Row;
}
