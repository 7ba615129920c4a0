// From findings to one word per trial. Nothing judged is inconclusive; a rule that breaks is, too.

import { messageOf } from "../core/errors.ts";
import type { Finding, TrialFacts, TrialOutcome, TrialRecord, TrialVerdict } from "../core/verdict.ts";
import { ruleTable } from "./rule-table.ts";
import type { NamedRule } from "./rule-table.ts";

/** Rules about whether the trial says anything at all; passing them alone proves nothing. */
const preconditions = new Set(["steady-before", "effect-confirmed"]);
const ownPace = "harness-kept-pace";
const ownGuard = "not-aborted";
const ownTraces = "nothing-left";

/** Applies every rule to the record. `rules` is for tests; everyone else takes the table. */
export function judgeTrial(
  record: TrialRecord,
  facts: TrialFacts,
  rules: readonly NamedRule[] = ruleTable,
): TrialVerdict {
  const findings = rules.flatMap((named) => findingOf(named, record, facts));
  return { outcome: outcomeOf(findings), findings };
}

/**
 * residue when something was left behind, whatever else came of the trial; inconclusive when the intent's own guard ended the trial, whatever else came of that; invalid when the steady state did not hold before or the effect was not confirmed; else inconclusive when the harness fell
 * behind, even if another rule failed (what a blind or late harness saw fails nobody); else fail, inconclusive, pass — and
 * pass only if something was judged beyond the preconditions.
 */
export function outcomeOf(findings: readonly Finding[]): TrialOutcome {
  const having = (outcome: Finding["outcome"]): Finding[] => findings.filter((finding) => finding.outcome === outcome);
  if (having("fail").some(({ rule }) => rule === ownTraces)) return "residue";
  if (having("inconclusive").some(({ rule }) => rule === ownGuard)) return "inconclusive";
  if (having("fail").some(({ rule }) => preconditions.has(rule))) return "invalid";
  if (findings.some(({ rule, outcome }) => rule === ownPace && outcome !== "pass")) return "inconclusive";
  if (having("fail").length > 0) return "fail";
  if (having("inconclusive").length > 0) return "inconclusive";
  return having("pass").some(({ rule }) => !preconditions.has(rule) && rule !== ownPace && rule !== ownTraces)
    ? "pass"
    : "inconclusive";
}

function findingOf({ name, rule }: NamedRule, record: TrialRecord, facts: TrialFacts): Finding[] {
  try {
    const answer = rule(record, facts);
    return answer === null ? [] : [{ rule: name, ...answer }];
  } catch (thrown) {
    return [{ rule: name, outcome: "inconclusive", says: `the rule ${name} broke: ${messageOf(thrown)}`, restsOn: [] }];
  }
}
