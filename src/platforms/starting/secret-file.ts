// Files of ours that hold a secret for a later process.

import { readFile } from "node:fs/promises";
import { HarnessError } from "../../core/errors.ts";

/** Throws HarnessError "environment" when the file is gone. */
export async function readSecret(file: string, what: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new HarnessError("environment", `${what} is gone with its file`, { cause });
  }
}
