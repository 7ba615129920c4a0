// When enough trials were run: fixed before the run, so that nobody stops where the figures happen to look best.

import { isComparison } from "./arms.ts";
import type { ArmName } from "./arms.ts";
import type { Ms, Share } from "./units.ts";

/** As many trials in each arm as are needed: at least, at most, and what "needed" means. */
export interface StoppingRule {
  readonly least: number;
  readonly most: number;
  /** Not enough before the interval of the recovery rate is no wider than this; absent: its width is not asked. */
  readonly width?: Share;
  /** No further block of trials begins once the intent's trials took this long together; absent: no such limit. */
  readonly budgetMs?: Ms;
}

/** Width that is asked where nothing else is, because no arm is compared with treatment. */
export const defaultWidth: Share = 0.5;

/** Fewest trials in each arm when only the most are said: one alone shows no spread. */
export const defaultLeast = 2;

/** The rule for some arms, with what was not said filled in. */
export function stoppingRuleFor(
  arms: readonly ArmName[],
  asked: { readonly most: number; readonly least?: number | undefined; readonly width?: Share | undefined },
): StoppingRule {
  const { most, least = Math.min(defaultLeast, most) } = asked;
  const width = asked.width ?? (arms.some(isComparison) ? undefined : defaultWidth);
  return { least, most, ...(width === undefined ? {} : { width }) };
}

/** Looks at the results after which trials may end: after each block from the least on. All of them share one error. */
export function looksOf({ least, most }: Pick<StoppingRule, "least" | "most">): number {
  return most - least + 1;
}
