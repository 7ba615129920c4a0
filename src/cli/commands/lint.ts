// `rebound lint`: every problem of every file at once; nothing is started.

import { counted } from "../../core/text.ts";
import { formatProblem } from "../../core/errors.ts";
import { exitCodes } from "../exit.ts";
import { lintAll, lintFiles } from "../../run/select.ts";

/** Checks the named files, or all experiments and targets. */
export async function lint(files: readonly string[]): Promise<number> {
  const { checked, problems } = files.length === 0 ? await lintAll() : await lintFiles(files);
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  const checkedText = `${counted(checked, "file")} checked`;
  process.stdout.write(`${checkedText}, ${counted(problems.length, "problem")}\n`);
  return problems.length === 0 ? exitCodes.pass : exitCodes.badInput;
}
