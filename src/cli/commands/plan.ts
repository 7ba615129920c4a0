// `rebound plan`: what would happen, to whom, for how long. Touches nothing.

import { showPlan, type PlanOptions } from "../../run/show-plan.ts";
import { printJson, printLines, sayLines } from "../table.ts";

/** Prints the plan of the chosen intents, or how many trials a claim takes. */
export async function plan(files: readonly string[], options: PlanOptions): Promise<number> {
  const { shown, notes } = await showPlan(files, options);
  if ("json" in shown) printJson(shown.json);
  else printLines(shown.lines);
  sayLines(notes.map((says) => `note: ${says}`));
  return 0;
}
