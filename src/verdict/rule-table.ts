// Every rule, in the order in which findings are listed. To add one: a file in rules/ and a line here, with the role by
// which outcomes, scores and reports ask for it: nothing outside rules/ knows a rule by its name.

import type { TrialDigest } from "../core/digest.ts";
import type { Rule } from "../core/verdict.ts";
import type { Finding, Outcome } from "../records/results/outcome.ts";
import { approved } from "./rules/approved.ts";
import { audited } from "./rules/audited.ts";
import { budgetKept } from "./rules/budget-kept.ts";
import { byDeclaredPathway } from "./rules/by-declared-pathway.ts";
import { classifiedRight } from "./rules/classified-right.ts";
import { declaredTruthfully } from "./rules/declared-truthfully.ts";
import { detectedInTime } from "./rules/detected-in-time.ts";
import { effectConfirmed } from "./rules/effect-confirmed.ts";
import { environmentCalm } from "./rules/environment-calm.ts";
import { factsAgree } from "./rules/facts-agree.ts";
import { feedUnderstood } from "./rules/feed-understood.ts";
import { harnessKeptPace } from "./rules/harness-kept-pace.ts";
import { healedNotWaitedOut } from "./rules/healed-not-waited-out.ts";
import { heldFire } from "./rules/held-fire.ts";
import { instrumentFits } from "./rules/instrument-fits.ts";
import { naturalRecovery } from "./rules/natural-recovery.ts";
import { noCollateral } from "./rules/no-collateral.ts";
import { noCrashLoop } from "./rules/no-crash-loop.ts";
import { notAborted } from "./rules/not-aborted.ts";
import { nothingLeft } from "./rules/nothing-left.ts";
import { nothingLost } from "./rules/nothing-lost.ts";
import { operatorHeeded } from "./rules/operator-heeded.ts";
import { recoveredInTime } from "./rules/recovered-in-time.ts";
import { signalsProven } from "./rules/signals-proven.ts";
import { steadyBefore } from "./rules/steady-before.ts";
import { thresholdsKept } from "./rules/thresholds-kept.ts";
import { tracedRight } from "./rules/traced-right.ts";
import { trafficServed } from "./rules/traffic-served.ts";

/** What a rule is about. Several may share a role; an order among roles is in judge-trial. */
type RuleRole =
  /** Whether the trial says anything at all. */
  | "precondition"
  /** The intent's own guard ended the trial. */
  | "guard"
  /** Our ways of computing the facts agree. */
  | "arithmetic"
  /** We kept up with what we meant to do and see. */
  | "pace"
  /** The machine left the stack its processors. */
  | "machine"
  /** Something was left behind. */
  | "traces"
  /** Found, there and in time. */
  | "detection"
  | "classification"
  /** Followed to where it comes from. */
  | "evidence"
  /** Recovered in time. */
  | "recovery"
  /** Recovered by itself and for good: not because we took the fault back, nor by one new instance after another. */
  | "patience"
  /** By the declared action, or, where that does nothing, not at all. */
  | "pathway"
  /** What the stack does without its healer. */
  | "unaided"
  /** A limit on what users or others feel. */
  | "bound"
  | "data"
  | "approval"
  /** Did nothing where nothing was to be done. */
  | "restraint"
  /** What the healer says of itself is true and whole. */
  | "honesty";

/** A rule under the name that findings carry. */
export interface NamedRule {
  readonly name: string;
  readonly role: RuleRole;
  readonly rule: Rule;
  /** A precondition that the stack itself has not kept; of the others we did not. */
  readonly ofStack?: true;
}

/** All verdict rules. */
export const ruleTable = [
  { name: "signals-proven", role: "precondition", rule: signalsProven },
  { name: "instrument-fits", role: "precondition", rule: instrumentFits },
  { name: "steady-before", role: "precondition", rule: steadyBefore, ofStack: true },
  { name: "effect-confirmed", role: "precondition", rule: effectConfirmed },
  { name: "not-aborted", role: "guard", rule: notAborted },
  { name: "facts-agree", role: "arithmetic", rule: factsAgree },
  { name: "detected-in-time", role: "detection", rule: detectedInTime },
  { name: "classified-right", role: "classification", rule: classifiedRight },
  { name: "traced-right", role: "evidence", rule: tracedRight },
  { name: "no-crash-loop", role: "patience", rule: noCrashLoop },
  { name: "recovered-in-time", role: "recovery", rule: recoveredInTime },
  { name: "by-declared-pathway", role: "pathway", rule: byDeclaredPathway },
  { name: "natural-recovery", role: "unaided", rule: naturalRecovery },
  { name: "healed-not-waited-out", role: "patience", rule: healedNotWaitedOut },
  { name: "budget-kept", role: "bound", rule: budgetKept },
  { name: "traffic-served", role: "bound", rule: trafficServed },
  { name: "thresholds-kept", role: "bound", rule: thresholdsKept },
  { name: "nothing-lost", role: "data", rule: nothingLost },
  { name: "no-collateral", role: "bound", rule: noCollateral },
  { name: "approved", role: "approval", rule: approved },
  { name: "operator-heeded", role: "approval", rule: operatorHeeded },
  { name: "held-fire", role: "restraint", rule: heldFire },
  { name: "declared-truthfully", role: "honesty", rule: declaredTruthfully },
  { name: "audited", role: "honesty", rule: audited },
  { name: "feed-understood", role: "honesty", rule: feedUnderstood },
  { name: "nothing-left", role: "traces", rule: nothingLeft },
  { name: "environment-calm", role: "machine", rule: environmentCalm },
  { name: "harness-kept-pace", role: "pace", rule: harnessKeptPace },
] as const satisfies readonly NamedRule[];

/** Names of today's rules; a finding of an old run may carry another one. */
export type RuleName = (typeof ruleTable)[number]["name"];

/** A role that some rule has. */
export type TakenRole = (typeof ruleTable)[number]["role"];

const worstFirst = ["fail", "inconclusive", "pass"] as const;

const roles: ReadonlyMap<string, TakenRole> = new Map(ruleTable.map(({ name, role }) => [name, role]));

/** True for a finding of a rule with one of the roles; a rule that there is no longer has none. */
export function isAbout({ rule }: Pick<Finding, "rule">, ...among: readonly TakenRole[]): boolean {
  const role = roles.get(rule);
  return role !== undefined && among.includes(role);
}

const ofStack: ReadonlySet<string> = new Set(
  ruleTable.flatMap((named) => ("ofStack" in named ? [named.name as string] : [])),
);

/** True for a finding of a precondition that the stack itself has to keep. */
export function isOfStack({ rule }: Pick<Finding, "rule">): boolean {
  return ofStack.has(rule);
}

/** What the rules with this role found in a trial, the worst of it; undefined where none had anything to say. */
export function outcomeAbout({ verdict }: TrialDigest, role: TakenRole): Outcome | undefined {
  const own = verdict.findings.filter((finding) => isAbout(finding, role));
  return worstFirst.find((outcome) => own.some((finding) => finding.outcome === outcome));
}

/** True when a rule with one of the roles found this in the trial. */
export function found({ verdict }: TrialDigest, outcome: Outcome, ...among: readonly TakenRole[]): boolean {
  return verdict.findings.some((finding) => finding.outcome === outcome && isAbout(finding, ...among));
}
