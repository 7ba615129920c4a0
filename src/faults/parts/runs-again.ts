// Whether a replica runs, in words: because it never ended, or because somebody else brought it back.

import type { ProcessControl } from "../../core/controls.ts";

/** Undefined when it does not run. */
export async function runsAgain(before: string, process: ProcessControl | undefined): Promise<string | undefined> {
  const now = await process?.find();
  if (now === undefined) return undefined;
  return now === before ? `${now} never ended` : `somebody else started it as ${now}`;
}
