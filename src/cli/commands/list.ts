// `rebound list`: what there is to name in an intent, and what there is to run.

import { rowsOf } from "../../run/lists.ts";

/** Prints one list, name and meaning; throws on a word that names none. */
export async function list(what: string | undefined): Promise<number> {
  const rows = await rowsOf(what);
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  for (const [key, says] of rows) process.stdout.write(`${key.padEnd(width)}  ${says}\n`);
  return 0;
}
