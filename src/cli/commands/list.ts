// `rebound list`: what there is to name in an intent, and what there is to run.

import { HarnessError } from "../../core/errors.ts";
import { listNames } from "../../run/list-names.ts";
import { lists } from "../../run/lists.ts";

/** Prints one list, name and meaning; throws on a word that names none. */
export async function list(what: string | undefined): Promise<number> {
  const name = listNames.find((each) => each === what);
  if (name === undefined) {
    throw new HarnessError("bad-input", what === undefined ? "a list of what?" : `there is no list of "${what}"`, {
      hint: `expected one of: ${listNames.join(", ")}`,
    });
  }
  const rows = await lists[name]();
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  for (const [key, says] of rows) process.stdout.write(`${key.padEnd(width)}  ${says}\n`);
  return 0;
}
