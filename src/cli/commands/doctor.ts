// `rebound doctor`: can this machine run Rebound? `rebound doctor TARGET`: what does this target leave untold?

import { gapLines } from "../../init/gaps.ts";
import { tellReadiness } from "../../run/readiness.ts";
import { loadTarget } from "../../run/select.ts";
import { exitCodes } from "../exit.ts";
import { printLines } from "../table.ts";

/** Exit code 0, or 4 when something needed is missing on this machine. `out`: where runs would leave their folders. */
export async function doctor(name: string | undefined, { out }: { readonly out: string }): Promise<number> {
  const say = (line: string): void => printLines([line]);
  if (name === undefined) return (await tellReadiness(out, say)) ? exitCodes.pass : exitCodes.environment;
  printLines(gapLines(await loadTarget(name)));
  return exitCodes.pass;
}
