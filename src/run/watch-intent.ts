// `rebound watch`: what is wrong with a file, or the plan that would come of it, each time it is saved. Starts nothing.

import { basename } from "node:path";
import { HarnessError, problemLine } from "../core/errors.ts";
import { isTargetName } from "../core/target-files.ts";
import { counted } from "../core/text.ts";
import { describePlans } from "../plan/describe.ts";
import { choose, lintFiles } from "./select.ts";
import { watchFile } from "./watch-file.ts";

/** Tells of the file, now and after each save, until `signal` is aborted; see `watchFile` for what it throws. */
export async function watchIntent(
  file: string,
  tell: (lines: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  await watchFile(
    file,
    async ({ text, trouble }) => {
      if (trouble !== undefined) tell([`${trouble}; waiting for it to be readable`]);
      else if (text === undefined) tell([`${file} is not there; waiting for it`]);
      else tell([...(await saidOf(file)), ""]);
    },
    signal,
  );
}

/** Every problem, or the plan. A file may change while it is looked at: what is wrong then is told by the next look. */
async function saidOf(file: string): Promise<readonly string[]> {
  try {
    const { problems } = await lintFiles([file]);
    if (problems.length > 0) return [...problems.map(problemLine), `${file}: ${counted(problems.length, "problem")}`];
    if (isTargetName(basename(file))) return [`${file}: sound`];
    const { plans } = await choose([file], {});
    return [`${file}: sound; this is what would be done`, describePlans(plans)];
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) throw thrown;
    return [...thrown.problems.map(problemLine), `${file}: ${thrown.message}`];
  }
}
