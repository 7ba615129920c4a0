// What must be true of known weaknesses: each names a rule.

import { suggestName } from "../core/nearest.ts";
import type { Draft } from "./draft.ts";

/** Checks `known_weaknesses` against the rules of the verdict. */
export function checkWeaknesses(draft: Draft): void {
  const { ruleNames } = draft.context;
  for (const [at, { rule }] of (draft.parts.known_weaknesses ?? []).entries()) {
    if (ruleNames === undefined || ruleNames.includes(rule)) continue;
    const hint = suggestName(rule, ruleNames);
    draft.report(["known_weaknesses", at, "rule"], {
      code: "RB0413",
      found: `unknown rule "${rule}"`,
      expected: "a rule of the verdict",
      ...(hint === undefined ? {} : { suggestion: hint }),
    });
  }
}
