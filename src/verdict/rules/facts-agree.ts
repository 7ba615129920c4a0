// Two facts of one trial that cannot both be true are a defect of ours: whatever a rule concludes from one of them may
// be wrong.

import type { Rule } from "../../core/verdict.ts";
import { contradictions } from "../../measure/facts/agreement.ts";

/**
 * Inconclusive when facts contradict each other, with both lines; else the rule does not apply, since it says nothing
 * of the stack.
 *
 * Needs nothing but what was measured.
 */
export const factsAgree: Rule = (record, facts) => {
  const found = contradictions(record, facts);
  if (found.length === 0) return null;
  const says = found.map(({ one, other }) => `“${one}” and “${other}”`).join("; ");
  return {
    outcome: "inconclusive",
    says: `facts that cannot both be true, which is a defect of Rebound and not of the stack: ${says}`,
    restsOn: [],
  };
};
