// `rebound deps RUN [BEFORE]`: who depends on whom, by what a run has seen.

import { dependencyChangeLines, dependencyLines } from "../../report/dependencies-text.ts";
import { dependencyChanges, toldTrialsIn } from "../../run/dependencies-of.ts";
import { isWorse } from "../../verdict/dependencies/changes.ts";
import { dependenciesOf } from "../../verdict/dependencies/dependencies.ts";
import { exitCodes } from "../exit.ts";
import { printLines, sayLines } from "../table.ts";

/** Exit code 1 when a side effect came since the earlier run, or a recovery that takes many actions. */
export async function deps(dir: string, before: string | undefined): Promise<number> {
  const note = (says: string): void => sayLines([`note: ${says}`]);
  const found = await toldTrialsIn(dir, note);
  const changes = before === undefined ? undefined : dependencyChanges(await toldTrialsIn(before, note), found);
  printLines([
    ...dependencyLines(dependenciesOf(found)),
    ...(changes === undefined ? [] : dependencyChangeLines(changes)),
  ]);
  return changes?.some(isWorse) === true ? exitCodes.fail : exitCodes.pass;
}
