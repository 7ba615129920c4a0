// `rebound lint`: every problem of every file at once; nothing is started.

import { counted } from "../../core/text.ts";
import { problemLine } from "../../core/errors.ts";
import { renderSarif } from "../../report/sarif.ts";
import { version } from "../../store/package.ts";
import { asEnvironment, writeWhole } from "../../store/whole-file.ts";
import { exitCodes } from "../exit.ts";
import { tellRunnerOfProblems, unheard } from "../../reporters/github.ts";
import { printLines } from "../table.ts";
import { lintAll, lintFiles } from "../../run/select.ts";

export interface LintOptions {
  /** File for the problems as SARIF. */
  readonly sarif?: string;
}

/** Checks the named files, or all experiments and targets. */
export async function lint(files: readonly string[], { sarif }: LintOptions): Promise<number> {
  const { checked, problems } = files.length === 0 ? await lintAll() : await lintFiles(files);
  unheard(() => printLines(problems.map(problemLine)), process.stdout);
  tellRunnerOfProblems(problems, process.stdout);
  if (sarif !== undefined) {
    await asEnvironment(`cannot write ${sarif}`, () => writeWhole(sarif, renderSarif(problems, version())));
  }
  printLines([`${counted(checked, "file")} checked, ${counted(problems.length, "problem")}`]);
  return problems.length === 0 ? exitCodes.pass : exitCodes.badInput;
}
