// `rebound lint`: every problem of every file at once; nothing is started.

import { formatProblem } from "../../core/errors.ts";
import { exitCodes } from "../exit.ts";
import { lintAll, lintFiles } from "../select.ts";

/** Checks the named files, or all experiments and targets. */
export async function lint(files: readonly string[]): Promise<number> {
  const { checked, problems } = files.length === 0 ? await lintAll() : await lintFiles(files);
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  const counted = `${checked} ${checked === 1 ? "file" : "files"} checked`;
  process.stdout.write(`${counted}, ${problems.length} ${problems.length === 1 ? "problem" : "problems"}\n`);
  return problems.length === 0 ? exitCodes.pass : exitCodes.badInput;
}
