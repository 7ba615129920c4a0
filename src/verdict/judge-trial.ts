// From findings to one word per trial. Nothing judged is inconclusive; a rule that breaks is, too.

import { messageOf } from "../core/errors.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { Finding, Outcome, TrialOutcome, TrialVerdict } from "../records/results/outcome.ts";
import { isAbout, ruleTable } from "./rule-table.ts";
import type { NamedRule, RuleName, TakenRole } from "./rule-table.ts";

interface UnderName<Name extends string = string> extends Pick<NamedRule, "rule"> {
  readonly name: Name;
}

/** Rules about us and our measuring: passing them alone proves nothing. */
const aboutUs = ["precondition", "pace", "guard", "traces", "arithmetic", "machine"] as const;

/**
 * What decides, the first line that finds something; a line without a role takes every rule. Of several findings in one
 * line the first in time leads.
 */
const precedence: readonly (readonly [TrialOutcome, Outcome, TakenRole?])[] = [
  ["residue", "fail", "traces"],
  ["inconclusive", "inconclusive", "guard"],
  ["inconclusive", "inconclusive", "machine"],
  ["invalid", "fail", "precondition"],
  ["inconclusive", "inconclusive", "precondition"],
  ["inconclusive", "inconclusive", "pace"],
  ["inconclusive", "inconclusive", "arithmetic"],
  ["fail", "fail"],
  ["inconclusive", "inconclusive"],
];

/** A verdict whose findings carry the names of the rules that were asked. */
interface JudgedBy<Name extends string> extends TrialVerdict {
  readonly findings: readonly (Finding & { readonly rule: Name })[];
}

/** Applies every rule to the record. `rules` is for tests; everyone else takes the table. */
export function judgeTrial(record: TrialRecord, facts: TrialFacts): JudgedBy<RuleName>;
export function judgeTrial<Name extends string>(
  record: TrialRecord,
  facts: TrialFacts,
  rules: readonly UnderName<Name>[],
): JudgedBy<Name>;
export function judgeTrial(
  record: TrialRecord,
  facts: TrialFacts,
  rules: readonly UnderName[] = ruleTable,
): TrialVerdict {
  const findings = rules.flatMap((named) => findingOf(named, record, facts));
  return { outcome: outcomeOf(findings), findings };
}

/**
 * residue when something was left behind, whatever else came of the trial; inconclusive when the intent's own guard
 * ended the trial, whatever else came of that, or the machine starved the stack, unless something had failed for good
 * before it did; invalid when the steady state did not hold before or the effect was not confirmed; else inconclusive
 * when that could not be told or the harness fell behind, even if another rule failed (what a blind or late harness saw
 * fails nobody); else fail, inconclusive, pass — and pass only if something was judged beyond what concerns us.
 */
export function outcomeOf(findings: readonly Finding[]): TrialOutcome {
  return decide(findings).outcome;
}

/**
 * The finding that made the outcome what it is: of those that decide, the first in time. Headlines of trial, intent and
 * run are this one. Undefined for a pass, and when nothing was judged.
 */
export function decidingFinding(findings: readonly Finding[]): Finding | undefined {
  return decide(findings).because;
}

function decide(findings: readonly Finding[]): { readonly outcome: TrialOutcome; readonly because?: Finding } {
  for (const [outcome, answer, role] of precedence) {
    const among = findings.filter((one) => one.outcome === answer && (role === undefined || isAbout(one, role)));
    const because = firstInTime(among);
    if (because && role === "machine" && wasCertainBefore(because, findings)) continue;
    if (because !== undefined) return { outcome, because };
  }
  const judged = findings.some((finding) => finding.outcome === "pass" && !isAbout(finding, ...aboutUs));
  return { outcome: judged ? "pass" : "inconclusive" };
}

/**
 * What had failed for good before the machine was starved is not excused by it; only findings that say when they were
 * certain count.
 */
function wasCertainBefore({ at: starvedFrom }: Finding, findings: readonly Finding[]): boolean {
  return findings.some(
    ({ outcome, rule, at }) =>
      outcome === "fail" &&
      !isAbout({ rule }, ...aboutUs) &&
      at !== undefined &&
      starvedFrom !== undefined &&
      at <= starvedFrom,
  );
}

/** Findings of one instant, and those that rest on none, stay in the order of the table. */
function firstInTime(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((one, other) => instantOf(one) - instantOf(other) || 0)[0];
}

function instantOf({ at, restsOn }: Finding): number {
  return Math.min(Number.MAX_VALUE, at ?? Math.min(...restsOn));
}

function findingOf({ name, rule }: UnderName, record: TrialRecord, facts: TrialFacts): Finding[] {
  try {
    const answer = rule(record, facts);
    return answer === null ? [] : [{ rule: name, ...answer }];
  } catch (thrown) {
    return [{ rule: name, outcome: "inconclusive", says: `the rule ${name} broke: ${messageOf(thrown)}`, restsOn: [] }];
  }
}
