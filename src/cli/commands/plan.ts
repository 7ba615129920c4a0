// `rebound plan`: what would happen, to whom, for how long. Touches nothing.

import { describePlans } from "../../plan/describe.ts";
import { describeStopping } from "../../plan/describe-stopping.ts";
import { describeTouched } from "../../plan/describe-touched.ts";
import { touchedBy } from "../../plan/touched.ts";
import { stopFileOf } from "../../run/stopping/stop-file.ts";
import type { SelectOptions } from "../../run/overrides.ts";
import { choose } from "../../run/select.ts";
import { claimLines } from "../../report/claim-text.ts";
import { readShareClaim } from "../../verdict/share-claim.ts";
import { trialsForClaim } from "../../verdict/trials-for-claim.ts";
import { faultTable } from "../../run/compose/trial-stack.ts";
import { printLines } from "../table.ts";

export interface PlanOptions extends SelectOptions {
  readonly json?: boolean;
  /** Asks how many trials it takes, instead of for the plan. */
  readonly claim?: string;
}

/** Prints the plan of the chosen intents. */
export async function plan(files: readonly string[], options: PlanOptions): Promise<number> {
  if (options.claim !== undefined) return planClaim(options.claim, files, options);
  const choice = await choose(files, options);
  const { plans } = choice;
  if (options.json === true) process.stdout.write(`${JSON.stringify(plans, null, 2)}\n`);
  else {
    const touched = describeTouched(touchedBy(choice, faultTable), [stopFileOf(), "stop in the folder of the run"]);
    printLines([touched, "", describePlans(plans), ...describeStopping(choice.intents)]);
  }
  return 0;
}

/** Prints how many trials a claim takes; where intents are named, of each of them. */
async function planClaim(claim: string, files: readonly string[], options: PlanOptions): Promise<number> {
  const read = readShareClaim(claim);
  const isNamed = files.length > 0 || options.suite !== undefined;
  const answer = trialsForClaim(read, isNamed ? (await choose(files, options)).plans : []);
  if (options.json === true) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else printLines(claimLines(answer));
  return 0;
}
