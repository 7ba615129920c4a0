// `rebound deps RUN [BEFORE]`: who depends on whom, by what a run has seen.

import { dependencyChangeLines, dependencyLines } from "../../report/dependencies-text.ts";
import { dependenciesIn } from "../../run/dependencies-of.ts";
import { changesBetween, isWorse } from "../../verdict/dependencies/changes.ts";
import { exitCodes } from "../exit.ts";
import { printLines, sayLines } from "../table.ts";

/** Exit code 1 when a side effect came since the earlier run, or a recovery that takes many actions. */
export async function deps(dir: string, before: string | undefined): Promise<number> {
  const note = (says: string): void => sayLines([`note: ${says}`]);
  const found = await dependenciesIn(dir, note);
  const changes = before === undefined ? undefined : changesBetween(await dependenciesIn(before, note), found);
  printLines([...dependencyLines(found), ...(changes === undefined ? [] : dependencyChangeLines(changes))]);
  return changes?.some(isWorse) === true ? exitCodes.fail : exitCodes.pass;
}
