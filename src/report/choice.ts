// Which remedy the healer chose, apart from what came of it: a wrong one may be followed by a recovery, and the right
// one by none.

import { isTreated } from "../core/arms.ts";
import type { TrialDigest } from "../core/digest.ts";
import { listed } from "../core/text.ts";

/**
 * A clause for the page; "" where no remedy is declared, the healer was not free to act, or its actions were not
 * recorded.
 */
export function choiceWords({ plan, facts }: Pick<TrialDigest, "plan" | "facts">): string {
  const right = plan.expect.recovered?.by;
  if (right === undefined || facts.actions === undefined || !isTreated(plan.arm)) return "";
  const chosen = [...new Set(facts.actions.started.map(({ pathway }) => pathway ?? "one without a name"))];
  if (chosen.length === 0) return `no remedy chosen, right is ${right}`;
  if (chosen.every((pathway) => pathway === right)) return `remedy chosen: ${right}, the right one`;
  return `remedy chosen: ${listed(chosen)}, right is ${right}`;
}
