// How hard disturbances were meant to hit, beside how hard they did.

import { isTreatment } from "../core/arms.ts";
import type { IntentDigest } from "../core/digest.ts";
import { doseText } from "../core/dose.ts";
import { listed } from "../core/text.ts";
import { decimalText } from "./figures.ts";

const levels = ["disabling", "significant", "noticeable", "none"] as const;

/**
 * Intended against achieved over the treatment trials of an intent: without the repair it hits harder. One sentence
 * with a full stop; undefined where the intent says no level.
 */
export function levelSentence({ trials }: Pick<IntentDigest, "trials">): string | undefined {
  const meant = trials.flatMap(({ plan, facts }) => {
    if (!isTreatment(plan.arm)) return [];
    const level = plan.disturbances.find((one) => one.level !== undefined)?.level;
    return level === undefined ? [] : [{ level, impact: facts.impact }];
  });
  const [first] = meant;
  if (first === undefined) return undefined;
  const { level } = first;
  const { intended, param, dose, trials: known } = level;
  const felt = meant.flatMap(({ impact }) => impact ?? []);
  const counts = levels.flatMap((name) => {
    const count = felt.filter(({ level }) => level === name).length;
    return count === 0 ? [] : [`${name} in ${count}`];
  });
  const rates = felt.map(({ burnRate }) => burnRate);
  const unseen = meant.length - felt.length;
  const parts = [...counts, ...(unseen > 0 ? [`not measured in ${unseen}`] : [])];
  const burn =
    rates.length === 0 ? "" : `, burn rate ${decimalText(Math.min(...rates))} to ${decimalText(Math.max(...rates))}`;
  return `Impact: meant to be ${intended} (${param} ${doseText(level, dose)}, known from ${known} trials); it was ${listed(parts)} of ${meant.length} trials${burn}.`;
}
