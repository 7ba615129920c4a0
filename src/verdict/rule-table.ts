// Every rule, in the order in which findings are listed. To add one: a file in rules/ and a line here.

import type { Rule } from "../core/verdict.ts";
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
import { naturalRecovery } from "./rules/natural-recovery.ts";
import { noCollateral } from "./rules/no-collateral.ts";
import { notAborted } from "./rules/not-aborted.ts";
import { nothingLeft } from "./rules/nothing-left.ts";
import { nothingLost } from "./rules/nothing-lost.ts";
import { recoveredInTime } from "./rules/recovered-in-time.ts";
import { steadyBefore } from "./rules/steady-before.ts";
import { trafficServed } from "./rules/traffic-served.ts";

/** A rule under the name that findings carry. */
export interface NamedRule {
  readonly name: string;
  readonly rule: Rule;
}

/** All verdict rules. */
export const ruleTable: readonly NamedRule[] = [
  { name: "steady-before", rule: steadyBefore },
  { name: "effect-confirmed", rule: effectConfirmed },
  { name: "not-aborted", rule: notAborted },
  { name: "facts-agree", rule: factsAgree },
  { name: "detected-in-time", rule: detectedInTime },
  { name: "classified-right", rule: classifiedRight },
  { name: "recovered-in-time", rule: recoveredInTime },
  { name: "by-declared-pathway", rule: byDeclaredPathway },
  { name: "natural-recovery", rule: naturalRecovery },
  { name: "healed-not-waited-out", rule: healedNotWaitedOut },
  { name: "budget-kept", rule: budgetKept },
  { name: "traffic-served", rule: trafficServed },
  { name: "nothing-lost", rule: nothingLost },
  { name: "no-collateral", rule: noCollateral },
  { name: "approved", rule: approved },
  { name: "held-fire", rule: heldFire },
  { name: "declared-truthfully", rule: declaredTruthfully },
  { name: "audited", rule: audited },
  { name: "feed-understood", rule: feedUnderstood },
  { name: "nothing-left", rule: nothingLeft },
  { name: "environment-calm", rule: environmentCalm },
  { name: "harness-kept-pace", rule: harnessKeptPace },
];
