// Where a trial stands: in run.json, on the page of its run, and in the file that holds its own page.

import type { TrialPlan } from "../records/plan.ts";
import { visible } from "./text.ts";

/** The name of a trial's page in the folder of the trial. */
export const trialPageName = "trial.html";

/** Where a trial stands. */
export interface TrialPlace {
  /** Path of the trial in run.json. */
  readonly path: string;
  /** Its anchor on the page of the run. */
  readonly id: string;
  /** Unfolded there. */
  readonly open: boolean;
}

/** From the page of the run to the page of a trial, as the store lays them out. */
export function trialHref({ intent, arm, index }: Pick<TrialPlan, "intent" | "arm" | "index">): string {
  const folders = ["trials", ...intent.split("/"), `${arm}-${index}`, trialPageName];
  return folders.map(segment).join("/");
}

/** From the page of a trial back to the page of its run. */
export function runHref({ intent }: Pick<TrialPlan, "intent">): string {
  return `${"../".repeat(intent.split("/").length + 2)}index.html`;
}

/** From the page of a trial to the page of another one of the same intent. */
export function siblingHref({ arm, index }: Pick<TrialPlan, "arm" | "index">): string {
  return `../${segment(`${arm}-${index}`)}/${trialPageName}`;
}

/** Of an address; half a character, which no address can hold, shows as U+FFFD. */
function segment(name: string): string {
  return encodeURIComponent(visible(name));
}
