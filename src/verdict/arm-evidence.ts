// Which trials tell whether the stack recovered, and to whose credit: the counts that every comparison of arms rests
// on.

import type { TrialDigest } from "../core/digest.ts";
import { isTreated, isTreatment, isUnhealed, namesPathways } from "../core/arms.ts";
import type { ArmName } from "../core/arms.ts";
import { otherAction } from "./comparison.ts";
import { outcomeAbout } from "./rule-table.ts";

/** Trials whose outcome counts in rates; the others only lower coverage. */
export function countedTrials(trials: readonly TrialDigest[]): TrialDigest[] {
  return trials.filter(({ verdict }) => verdict.outcome === "pass" || verdict.outcome === "fail");
}

/** Recovered by itself or by the healer while the fault held, and for good. */
export function recoveredForGood({ facts }: TrialDigest): boolean {
  return facts.recovery === "healed" && facts.relapse.at === undefined;
}

/** Recovered while the fault held, whatever came later: the measure for arms that should not recover at all. */
function recoveredAtAll({ facts }: TrialDigest): boolean {
  return facts.recovery === "healed";
}

/**
 * Trials that count and can tell whether the stack recovered. One may have failed for another reason (a lost record)
 * while the steady state never broke, or was not seen, or was good for too short a time: that is no recovery and no
 * lack of one. An ablation that left the declared pathway on tells nothing of it.
 */
export function tellingTrials(trials: readonly TrialDigest[]): TrialDigest[] {
  return countedTrials(trials).filter((trial) => {
    const { plan } = trial;
    if (isTreated(plan.arm)) {
      return recoveredAtAll(trial) || outcomeAbout(trial, "recovery") === "fail";
    }
    const declared = plan.expect.recovered?.by;
    if (namesPathways(plan.arm) && (declared === undefined || !plan.ablated.includes(declared))) return false;
    const told = outcomeAbout(trial, isUnhealed(plan.arm) ? "unaided" : "pathway");
    return told === "pass" || told === "fail";
  });
}

/** How a recovered treatment trial came by its recovery. */
export type Credit =
  /** Declared pathway claimed done on the site, and a side effect of the platform there. */
  | { readonly kind: "declared" }
  /** Another action, by its name, or one that nobody claimed. */
  | { readonly kind: "other"; readonly name: string }
  /**
   * The declared pathway was claimed, and the platform shows nothing; or nothing was claimed, and that may have gone
   * unheard.
   */
  | { readonly kind: "unseen" }
  /** Neither claim nor side effect on the site. */
  | { readonly kind: "none" };

/** By whose credit a treatment trial recovered. */
export function creditOf(trial: TrialDigest): Credit {
  const { plan, facts } = trial;
  const { t4, t6 } = facts.marks;
  const acted = t4 !== undefined && t6 !== undefined && t4.lo <= t6.hi;
  if (facts.pathway !== null && facts.pathway === plan.expect.recovered?.by)
    return { kind: acted ? "declared" : "unseen" };
  // Which of two repaired it may be open.
  if (facts.pathway !== null && outcomeAbout(trial, "pathway") === "inconclusive") return { kind: "unseen" };
  if (facts.pathway !== null) return { kind: "other", name: facts.pathway };
  // With a gap in the feed, or without a feed, the rule does not say fail: the claim may have been missed.
  if (outcomeAbout(trial, "pathway") !== "fail") return { kind: "unseen" };
  return acted ? { kind: "other", name: "an action that nobody claimed" } : { kind: "none" };
}

/**
 * Of treatment trials that tell and did not recover for good: what was done last there instead of the declared action,
 * where the rule is sure of it (decision 0036), and the declared one was not begun. One entry a trial.
 */
export function wronglyChosen(trials: readonly TrialDigest[]): string[] {
  const failed = tellingTrials(trials.filter(({ plan }) => isTreatment(plan.arm))).filter(
    (trial) => !recoveredForGood(trial),
  );
  return failed.flatMap((trial) => {
    const { plan, facts } = trial;
    const isTried = facts.actions?.started.some(({ pathway }) => pathway === plan.expect.recovered?.by) === true;
    const credit = creditOf(trial);
    return credit.kind === "other" && !isTried && outcomeAbout(trial, "pathway") === "fail" ? [credit.name] : [];
  });
}

/** Counts of one arm. */
export interface ArmEvidence {
  readonly arm: ArmName;
  /** Trials that tell. */
  readonly of: number;
  readonly hits: number;
  /** Pathways of the hits that an action did which was not switched off; one entry a trial. */
  readonly byOther: readonly string[];
  /** All trials of the arm, those that do not tell too. */
  readonly run: number;
}

/**
 * What the trials of one arm tell: treatment must recover for good, the others need only recover at all to speak
 * against it.
 */
export function evidenceOf(arm: ArmName, trials: readonly TrialDigest[]): ArmEvidence {
  const own = trials.filter(({ plan }) => plan.arm === arm);
  const telling = tellingTrials(own);
  const hits = telling.filter(isTreated(arm) ? recoveredForGood : recoveredAtAll);
  const others = isTreated(arm) ? [] : hits.flatMap(({ plan, facts }) => otherAction(plan, facts) ?? []);
  return { arm, of: telling.length, hits: hits.length, byOther: others, run: own.length };
}
