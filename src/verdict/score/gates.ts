// What makes a pathway's score 0, however much it earned. Gates come first: reports/README.md, "The recovery score".

import type { TrialDigest } from "../../core/digest.ts";
import { isTreatment } from "../../core/arms.ts";
import { trialName } from "../../core/plan.ts";
import type { ClosedGate, GateName } from "../../records/results/scorecard.ts";
import { found } from "../rule-table.ts";

/** A trial whose word counts against a pathway: it passed or failed, or left something behind. */
function speaks({ verdict }: TrialDigest): boolean {
  return verdict.outcome === "pass" || verdict.outcome === "fail" || verdict.outcome === "residue";
}

/**
 * data-lost and residual-fault: in treatment trials of intents that declare the pathway (in an ablation the stack is
 * left broken on purpose). acted-on-nothing: a trial with nothing to repair in which it was started; whose credit an
 * unnamed action was cannot be told, so that one closes the gate of every pathway that has evidence. unapproved-action:
 * a started action of high tier without approval, in any arm.
 */
export function closedGates(pathway: string, ofTarget: readonly TrialDigest[], hasEvidence: boolean): ClosedGate[] {
  const trials = ofTarget.filter(speaks);
  const own = trials.filter(({ plan }) => isTreatment(plan.arm) && plan.expect.recovered?.by === pathway);
  const gates: readonly (readonly [GateName, string, readonly TrialDigest[]])[] = [
    ["data-lost", "data was lost", own.filter((trial) => found(trial, "fail", "data"))],
    ["residual-fault", "something was left behind", own.filter((trial) => found(trial, "fail", "traces"))],
    [
      "acted-on-nothing",
      "acted with nothing to repair",
      trials.filter((trial) => found(trial, "fail", "restraint") && mayHaveActed(trial, pathway, hasEvidence)),
    ],
    [
      "unapproved-action",
      "a high-risk action was started without approval",
      trials.filter((trial) => found(trial, "fail", "approval") && startedBare(trial, pathway)),
    ],
  ];
  return gates.flatMap(([name, says, by]) =>
    by.length === 0 ? [] : [{ name, says, by: by.map(({ plan }) => trialName(plan)) }],
  );
}

function mayHaveActed({ facts }: TrialDigest, pathway: string, hasEvidence: boolean): boolean {
  const { actions } = facts;
  const named = actions?.started.flatMap((action) => action.pathway ?? []) ?? [];
  if (named.includes(pathway)) return true;
  const unnamed =
    actions === undefined || actions.unclaimed || named.length < actions.started.length || named.length === 0;
  return unnamed && hasEvidence;
}

function startedBare({ facts, plan }: TrialDigest, pathway: string): boolean {
  const high = plan.targetFacts.traits?.[pathway]?.tier === "high";
  const bare = facts.actions?.started.some((action) => action.pathway === pathway && action.approval !== "granted");
  return high && bare === true;
}
