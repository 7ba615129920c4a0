// `rebound doctor`: can this machine run Rebound? `rebound doctor TARGET`: what does this target leave untold?

import { tellReadiness } from "../../run/readiness.ts";
import { tellGaps } from "../../run/tell-gaps.ts";
import { exitCodes } from "../exit.ts";
import { printLines } from "../table.ts";

/** Exit code 0, or 4 when something needed is missing on this machine, or no run on the target is possible. */
export async function doctor(name: string | undefined, { out }: { readonly out: string }): Promise<number> {
  const say = (line: string): void => printLines([line]);
  const isWell = name === undefined ? await tellReadiness(out, say) : await tellGaps(name, say);
  return isWell ? exitCodes.pass : exitCodes.environment;
}
