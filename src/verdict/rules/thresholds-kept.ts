// What a script demands of its own load.

import { isComparison } from "../../core/arms.ts";
import { listed } from "../../core/text.ts";
import type { Rule } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { thresholdText } from "../wording.ts";

/**
 * Thresholds of k6 scripts, over all of their load: the damage and the healing are in it. In all arms but those whose
 * stack is left broken on purpose.
 *
 * Without samples nothing holds: k6 itself would call such a threshold kept.
 */
export const thresholdsKept: Rule = ({ plan, timeline }) => {
  const thresholds = eventsOf(timeline, "threshold");
  if (isComparison(plan.arm) || thresholds.length === 0) return null;
  const of = (outcome: string) => thresholds.filter((one) => one.outcome === outcome);
  const outcome = (["fail", "inconclusive"] as const).find((one) => of(one).length > 0) ?? "pass";
  const deciding = of(outcome);
  return { outcome, says: listed(deciding.map(thresholdText)), restsOn: deciding.map(({ at }) => at) };
};
