// `rebound doctor`: can this machine run Rebound? `rebound doctor TARGET`: what does this target leave untold?

import { whyNoRun } from "../../core/may-begin.ts";
import { gapLines, keyGap } from "../../init/gaps.ts";
import { unfitKeys } from "../../run/keys.ts";
import { tellReadiness } from "../../run/readiness.ts";
import { loadTarget } from "../../run/select.ts";
import { exitCodes } from "../exit.ts";
import { printLines } from "../table.ts";

/**
 * Exit code 0, or 4 when something needed is missing on this machine, or no run on the target is possible. `name`: of a
 * target, or the path of its file. `out`: where runs would leave their folders.
 */
export async function doctor(name: string | undefined, { out }: { readonly out: string }): Promise<number> {
  const say = (line: string): void => printLines([line]);
  if (name === undefined) return (await tellReadiness(out, say)) ? exitCodes.pass : exitCodes.environment;
  const target = await loadTarget(name);
  const keys = keyGap(unfitKeys(target));
  printLines(gapLines(target, keys === undefined ? [] : [keys]));
  if (keys === undefined && whyNoRun(target).length === 0) return exitCodes.pass;
  say(`no run on ${target.name} is possible as things are`);
  return exitCodes.environment;
}
