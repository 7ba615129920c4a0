// Where a claim's own reason names other pathways than the one that it is about: words and act differ.

import { listed } from "../core/text.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Claim } from "../records/claim.ts";

/** A name that is a plain word, such as `hold`, may stand in a reason without meaning the pathway. */
function isUnmistakable(name: string): boolean {
  return /[^A-Za-z]/.test(name);
}

function speaksOf(text: string, name: string): boolean {
  const plain = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${plain}(?![\\w-])`).test(text);
}

/** `its reason speaks of restore-index`; "" where its reasons name its own pathway, or none of the target's. */
export function reasonApart({ pathway, reasons }: Claim, { targetFacts }: Pick<TrialPlan, "targetFacts">): string {
  if (pathway === undefined) return "";
  const text = reasons.join("\n");
  if (speaksOf(text, pathway)) return "";
  const named = targetFacts.pathways.filter((name) => isUnmistakable(name) && speaksOf(text, name));
  return named.length === 0 ? "" : `its reason speaks of ${listed(named)}`;
}
