// `rebound plan`: what would happen, to whom, for how long. Touches nothing.

import { describePlans } from "../../plan/describe.ts";
import { choose, type SelectOptions } from "../select.ts";

export interface PlanOptions extends SelectOptions {
  readonly json?: boolean;
}

/** Prints the plan of the chosen intents. */
export async function plan(files: readonly string[], options: PlanOptions): Promise<number> {
  const { plans } = await choose(files, options);
  process.stdout.write(options.json === true ? `${JSON.stringify(plans, null, 2)}\n` : `${describePlans(plans)}\n`);
  return 0;
}
