// `rebound list`: what there is to name in an intent, and what there is to run.

import { rowsOf } from "../../run/lists.ts";
import { printLines } from "../table.ts";

/** Prints one list, name and meaning; throws on a word that names none. */
export async function list(what: string | undefined): Promise<number> {
  const rows = await rowsOf(what);
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  printLines(rows.map(([key, says]) => `${key.padEnd(width)}  ${says}`));
  return 0;
}
