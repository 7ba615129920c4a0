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
const machine = "environment-calm";

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
 * residue when something was left behind, whatever else came of the trial; inconclusive when the intent's own guard ended
 * the trial or the machine starved the stack, whatever else came of that; invalid when the steady state did not hold before or the effect was not confirmed;
 * else inconclusive when the harness fell behind, even if another rule failed (what a blind or late harness saw fails
 * nobody); else fail, inconclusive, pass — and pass only if something was judged beyond the preconditions.
 */
export function outcomeOf(findings: readonly Finding[]): TrialOutcome {
  return decide(findings).outcome;
}

/** The finding that made the outcome what it is; undefined for a pass, and when nothing was judged. */
export function decidingFinding(findings: readonly Finding[]): Finding | undefined {
  return decide(findings).because;
}

function decide(findings: readonly Finding[]): { readonly outcome: TrialOutcome; readonly because?: Finding } {
  const first = (outcome: Finding["outcome"], among: (rule: string) => boolean = () => true): Finding | undefined =>
    findings.find((finding) => finding.outcome === outcome && among(finding.rule));
  const notKept = findings.find(({ rule, outcome }) => rule === ownPace && outcome !== "pass");
  const order: readonly (readonly [TrialOutcome, Finding | undefined])[] = [
    ["residue", first("fail", (rule) => rule === ownTraces)],
    ["inconclusive", first("inconclusive", (rule) => rule === ownGuard)],
    ["inconclusive", first("inconclusive", (rule) => rule === machine)],
    ["invalid", first("fail", (rule) => preconditions.has(rule))],
    ["inconclusive", notKept],
    ["fail", first("fail")],
    ["inconclusive", first("inconclusive")],
  ];
  for (const [outcome, because] of order) if (because !== undefined) return { outcome, because };
  const judged = first(
    "pass",
    (rule) => !preconditions.has(rule) && rule !== ownPace && rule !== ownTraces && rule !== machine,
  );
  return { outcome: judged === undefined ? "inconclusive" : "pass" };
}

function findingOf({ name, rule }: NamedRule, record: TrialRecord, facts: TrialFacts): Finding[] {
  try {
    const answer = rule(record, facts);
    return answer === null ? [] : [{ rule: name, ...answer }];
  } catch (thrown) {
    return [{ rule: name, outcome: "inconclusive", says: `the rule ${name} broke: ${messageOf(thrown)}`, restsOn: [] }];
  }
}
