// What a target leaves untold, and whether anything could run on it as things are.

import { formatProblem } from "../core/errors.ts";
import { whyNoRun } from "../core/may-begin.ts";
import { gapLines, keyGap } from "../init/gaps.ts";
import { platformNamed } from "../platforms/index.ts";
import { unfitKeys } from "./keys.ts";
import { loadTarget } from "./select.ts";
import { unfitOf } from "./unfit.ts";

/**
 * False where no run is possible. `name`: of a target, or the path of its file. Throws "bad-input" for an unknown one.
 */
export async function tellGaps(name: string, say: (line: string) => void): Promise<boolean> {
  const target = await loadTarget(name);
  const keys = keyGap(unfitKeys(target));
  const seen = (await platformNamed(target.platform).gaps?.(target)) ?? [];
  for (const line of gapLines(target, [...(keys === undefined ? [] : [keys]), ...seen])) say(line);
  // Whether it is allowed is one of the gaps already.
  const unfit = target.chaosAllowed ? await unfitOf(target) : [];
  for (const problem of unfit) say(formatProblem(problem));
  if (keys === undefined && unfit.length === 0 && whyNoRun(target).length === 0) return true;
  say(`no run on ${target.name} is possible as things are`);
  return false;
}
