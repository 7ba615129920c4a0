// What one trial that failed came to, as clauses of one sentence: each follows from its facts and findings, and where
// they do not carry one there is none.

import { armOf, hasNoOps, isControl, isTreated } from "../core/arms.ts";
import type { TrialDigest } from "../core/digest.ts";
import { withPlace } from "../core/plan.ts";
import { listed } from "../core/text.ts";
import { found } from "../verdict/rule-table.ts";
import type { TakenRole } from "../verdict/rule-table.ts";
import { spanText } from "./figures.ts";
import { byOurRevert } from "./words.ts";

/** What broke: `after process.kill on inference-1`. Empty where nothing did, or it was never in effect. */
export function afterText({ plan, facts }: TrialDigest): string {
  const harmful = plan.disturbances.filter(({ harmless }) => harmless !== true);
  if (isControl(plan.arm) || facts.marks.t0 === undefined || harmful.length === 0) return "";
  return `after ${listed(harmful.map(withPlace))}`;
}

/** By what the rule that found it is about, where clauses on actions, recovery and users do not tell of it. */
const foundWords: Partial<Record<TakenRole, string>> = {
  traces: "something was left behind, which outweighs all else that was seen",
  data: "data that had been there was missing",
  approval: "the loop did not keep to what it had leave for",
  restraint: "the loop acted or called a person where it should have held its fire",
  honesty: "what the loop says of it is not true, or not whole",
  bound: "a limit on what users or others feel was not kept",
  classification: "the loop did not take it for what it is",
  evidence: "the loop did not follow it to where it comes from",
};

/** What the rule was about that weighs most; "" where the other clauses tell of it. */
export function foundClause({ facts }: TrialDigest, role: TakenRole | undefined): string {
  if (role === "detection")
    return facts.marks.t2 === undefined
      ? "the loop did not say that anything is wrong there"
      : "the loop saw it too late";
  return role === undefined ? "" : (foundWords[role] ?? "");
}

/** What the loop did. Where it was not free to act, what came of that. */
export function loopClause(trial: TrialDigest): string {
  const { plan, facts } = trial;
  const isWrong = found(trial, "fail", "pathway");
  if (hasNoOps(plan.arm)) {
    if (!isWrong || facts.recovery !== "healed") return "";
    const off = armOf(plan.arm).healer === "actions-off" ? "no action of the loop" : listed(plan.ablated);
    return `the stack recovered, although ${off} did ${off.startsWith("no ") ? "anything" : "nothing"}`;
  }
  const declared = plan.expect.recovered?.by;
  if (!isTreated(plan.arm)) return "";
  if (!isWrong || declared === undefined) return startedClause(trial);
  if (facts.recovery !== "healed")
    return facts.pathway === null
      ? ""
      : `the loop did ${facts.pathway} instead of ${declared}, which did not repair it`;
  return facts.pathway === null
    ? `${declared}, which is declared, did not do it`
    : `the loop did ${facts.pathway} instead of ${declared}`;
}

/** By its own word, where it speaks of actions. */
function startedClause({ plan: { targetFacts }, facts }: TrialDigest): string {
  if (!targetFacts.hasFeed || targetFacts.alarmsOnly === true || facts.actions === undefined) return "";
  const names = [...new Set(facts.actions.started.flatMap(({ pathway }) => pathway ?? []))];
  if (names.length > 0) return `the loop began ${listed(names)}`;
  return facts.actions.started.length === 0 && facts.incidents?.heard === true ? "the loop began no action" : "";
}

/** What became of stack and users, where the whole healer was at work; "" where it was not seen. */
export function afterwardsClause(trial: TrialDigest): string {
  const { plan, facts } = trial;
  if (!isTreated(plan.arm)) return "";
  const { recovery, relapse, marks, mttr, ttm } = facts;
  const wereHurt = marks.t1 !== undefined;
  switch (recovery) {
    case "not-recovered":
      return wereHurt && marks.t5 === undefined
        ? "neither the stack nor its users were well again while it was watched"
        : withUsers("the stack did not recover while it was watched", ttm);
    case "waited-out":
      return wereHurt && ttm === undefined
        ? `the stack and its users were well again ${byOurRevert}`
        : withUsers(`the stack recovered ${byOurRevert}`, ttm);
    case "healed": {
      if (relapse.at !== undefined) return "the stack recovered and broke again";
      if (mttr === undefined) return "";
      const late = found(trial, "fail", "recovery") ? "too late, after" : "in";
      return withUsers(`the stack recovered ${late} ${spanText(mttr)}`, wereHurt ? ttm : "none");
    }
    default:
      return "";
  }
}

function withUsers(stack: string, users: TrialDigest["facts"]["ttm"] | "none"): string {
  if (users === undefined) return stack;
  if (users === "none") return `${stack}, and no user was hurt long enough to count`;
  return `${stack}, and users were hurt for ${spanText(users)}`;
}
