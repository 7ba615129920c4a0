// How many trials there will be, where what comes out decides it: fixed before the run, and said before it.

import { formatDuration } from "../core/duration.ts";
import type { Intent } from "../core/intent.ts";

/** One line for each intent whose number of trials is left open. */
export function describeStopping(intents: readonly Pick<Intent, "id" | "stopping">[]): string[] {
  return intents.flatMap(({ id, stopping }) => {
    if (stopping === undefined) return [];
    const { least, most, width, budgetMs } = stopping;
    const narrow = width === undefined ? "" : ` and the recovery rate is known to ${width}`;
    const budget = budgetMs === undefined ? "" : ` or its trials took ${formatDuration(budgetMs)} together`;
    return [
      `${id}: ${least} to ${most} trials in each arm; enough once the arms are told apart (or cannot be)${narrow}${budget}`,
    ];
  });
}
