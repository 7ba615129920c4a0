// `rebound plan`: what would happen, to whom, for how long. Touches nothing.

import { describePlans } from "../../plan/describe.ts";
import { describeStopping } from "../../plan/describe-stopping.ts";
import { describeTouched } from "../../plan/describe-touched.ts";
import { touchedBy } from "../../plan/touched.ts";
import { stopFileOf } from "../../run/stopping/stop-file.ts";
import type { SelectOptions } from "../../run/overrides.ts";
import { choose } from "../../run/select.ts";
import { faultTable } from "../../run/compose/trial-stack.ts";
import { printLines } from "../table.ts";

export interface PlanOptions extends SelectOptions {
  readonly json?: boolean;
}

/** Prints the plan of the chosen intents. */
export async function plan(files: readonly string[], options: PlanOptions): Promise<number> {
  const choice = await choose(files, options);
  const { plans } = choice;
  if (options.json === true) process.stdout.write(`${JSON.stringify(plans, null, 2)}\n`);
  else {
    const touched = describeTouched(touchedBy(choice, faultTable), [stopFileOf(), "stop in the folder of the run"]);
    printLines([touched, "", describePlans(plans), ...describeStopping(choice.intents)]);
  }
  return 0;
}
