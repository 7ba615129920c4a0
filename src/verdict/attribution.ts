// Was it really the declared repair? Compares trials in which it worked with trials of the same faults and seeds in
// which it did not.

import type { TrialDigest } from "../core/digest.ts";
import { listed, shareBoundText } from "../core/text.ts";
import { comparisonArms, isTreatment, isUnhealed, armOf, treatmentArm, ablationArm } from "../core/arms.ts";
import type { ComparisonArm } from "../core/arms.ts";
import type {
  ArmComparison,
  ShareDifference,
  Attribution,
  AttributionVerdict,
} from "../records/results/attribution.ts";
import { chanceAboveZero } from "../measure/statistics/newcombe-size.ts";
import { newcombeDifference } from "../measure/statistics/newcombe.ts";
import type { Count } from "../measure/statistics/newcombe.ts";
import { lookConfidence } from "../measure/statistics/sequential.ts";
import { evidenceOf, creditOf, recoveredForGood, tellingTrials, wronglyChosen } from "./arm-evidence.ts";
import type { ArmEvidence } from "./arm-evidence.ts";
import { gainOf } from "./gain.ts";
import { differenceText } from "./wording.ts";

/** Largest number of trials per arm that is worth proposing. */
const mostTrials = 200;

/**
 * Confidence of intervals over these trials: 95 % where their number was fixed before, more where the run might end
 * early.
 */
export function confidenceOf(trials: readonly TrialDigest[]): number {
  const looks = trials.flatMap(({ plan }) => plan.sequential?.looks ?? []);
  return lookConfidence(Math.max(1, ...looks));
}

/**
 * From all trials of one intent. In this order: WRONG-PATHWAY when any treatment trial that recovered was repaired by
 * another action, or when none recovered and in each another action was done, and not the declared one (decision
 * 0720). ATTRIBUTED when every one was repaired by the declared action, by claim and by side effect on the site, the
 * interval of the difference to ablation lies above 0 (so that one lucky ablated trial among many does not undo it),
 * and no other arm that recovered is left unbeaten. SELF-RECOVERED when the treatment recovered, and an arm without
 * the action as well, with nobody else's action. Else UNPROVEN, with the number of trials that would do, if any would.
 */
export function attribute(trials: readonly TrialDigest[]): Attribution {
  const confidence = confidenceOf(trials);
  const treatment = evidenceOf(treatmentArm, trials);
  const found = comparisonArms
    .map((arm) => evidenceOf(arm, trials))
    .filter(({ arm, run }) => run > 0 || arm === ablationArm)
    .map((evidence): Compared => compare(treatment, evidence, confidence));
  const of = (arm: ComparisonArm): Compared | undefined => found.find((one) => one.evidence.arm === arm);
  const ablation = of(ablationArm) ?? compare(treatment, evidenceOf(ablationArm, []), confidence);
  const findings = {
    treatment,
    ablation,
    rivals: found.filter((one) => one !== ablation),
    credits: creditsOf(trials),
    wrong: wronglyChosen(trials),
    confidence,
  };
  const { verdict, why } = conclude(findings);
  const own = trials.filter(({ plan }) => isTreatment(plan.arm));
  const alone = trials.filter(({ plan }) => isUnhealed(plan.arm));
  const chance =
    verdict === "ATTRIBUTED" && confidence === 0.95 ? chanceAboveZero(treatment.of, ablation.evidence.of) : undefined;
  return {
    verdict,
    treatment: { recovered: treatment.hits, of: treatment.of },
    ablation: { recovered: ablation.evidence.hits, of: ablation.evidence.of },
    ...(ablation.difference && { difference: ablation.difference }),
    confidence,
    ...(chance !== undefined && { chance }),
    comparisons: found.map((one) => one.comparison),
    ...(alone.length > 0 && { gain: gainOf(own, alone, confidence) }),
    says: [figures(findings), why, chanceWords(chance), looksWords(trials)].filter((part) => part !== "").join("; "),
  };
}

interface Compared {
  readonly evidence: ArmEvidence;
  readonly difference: ShareDifference | undefined;
  readonly comparison: ArmComparison;
  /** Recovered without anybody's action. */
  readonly alone: number;
  readonly above: boolean;
}

function compare(treatment: ArmEvidence, evidence: ArmEvidence, confidence: number): Compared {
  const arm = evidence.arm as ComparisonArm;
  const { hits, of, byOther } = evidence;
  const difference = treatment.of > 0 && of > 0 ? newcombeDifference(treatment, evidence, confidence) : undefined;
  const by = byOther.length === 0 ? "" : `, ${byOther.length} of them by ${names(byOther)}`;
  const apart = difference === undefined ? "" : `; difference ${differenceText(difference, confidence)}`;
  const comparison: ArmComparison = {
    arm,
    recovered: hits,
    of,
    byOther: byOther.length,
    ...(difference && { difference }),
    says: `${armOf(arm).without} ${hits} of ${of} recovered${by}${apart}`,
  };
  return {
    evidence,
    difference,
    comparison,
    alone: hits - byOther.length,
    above: difference !== undefined && difference.lo > 0,
  };
}

interface Credits {
  readonly declared: number;
  readonly others: readonly string[];
  /** Recovered, and the declared action was not seen in full. */
  readonly unseen: number;
}

function creditsOf(trials: readonly TrialDigest[]): Credits {
  const treated = tellingTrials(trials.filter(({ plan }) => isTreatment(plan.arm))).filter(recoveredForGood);
  const credits = treated.map(creditOf);
  const others = credits.flatMap((credit) => (credit.kind === "other" ? credit.name : []));
  const declared = credits.filter(({ kind }) => kind === "declared").length;
  return { declared, others, unseen: credits.length - declared - others.length };
}

interface Findings {
  readonly treatment: ArmEvidence;
  readonly ablation: Compared;
  /** The other arms that treatment is compared with. */
  readonly rivals: readonly Compared[];
  readonly credits: Credits;
  /** What was done instead in treatment trials that recovered by nothing; one entry a trial. */
  readonly wrong: readonly string[];
  readonly confidence: number;
}

function conclude(findings: Findings): { readonly verdict: AttributionVerdict; readonly why: string } {
  const { treatment, ablation, rivals, credits, wrong } = findings;
  if (credits.others.length > 0) {
    const why = `${credits.others.length} of ${treatment.hits} recovered by ${names(credits.others)} instead`;
    return { verdict: "WRONG-PATHWAY", why };
  }
  if (treatment.of > 0 && treatment.hits === 0) {
    if (wrong.length === treatment.of) {
      const why = `${names(wrong)} was done instead in ${wrong.length} of ${treatment.of}, which did not repair it`;
      return { verdict: "WRONG-PATHWAY", why };
    }
    return { verdict: "UNPROVEN", why: "no treatment trial recovered, so there is nothing to attribute" };
  }
  const unbeaten = rivals.filter((rival) => rival.alone > 0 && !rival.above);
  if (ablation.above && credits.unseen === 0 && unbeaten.length === 0) return { verdict: "ATTRIBUTED", why: "" };
  const selfish = [...(ablation.alone > 0 && !ablation.above ? [ablation] : []), ...unbeaten];
  if (treatment.hits > 0 && selfish.length > 0) {
    const words = listed(selfish.map(({ comparison }) => armOf(comparison.arm).without ?? comparison.arm));
    return { verdict: "SELF-RECOVERED", why: `the stack recovers ${words} too` };
  }
  return { verdict: "UNPROVEN", why: unproven(findings) };
}

function unproven({ treatment, ablation, rivals, credits, confidence }: Findings): string {
  if (credits.unseen > 0) {
    return `the declared action was not seen in every recovered trial (claim and side effect on the site in ${credits.declared} of ${treatment.hits})`;
  }
  const { byOther } = ablation.evidence;
  if (byOther.length > 0 && !ablation.above) {
    return `without the action ${names(byOther)} did it in ${byOther.length} of ${ablation.evidence.of}: another action can do it, so this one is not shown to be needed`;
  }
  const loop = rivals.find(({ evidence, above }) => evidence.arm !== ablationArm && above);
  const whole =
    loop === undefined || ablation.evidence.run > 0
      ? ""
      : "the healer did it, but which of its actions needs the arm ablation; ";
  return `${whole}${trialsText(treatment, ablation.evidence, confidence)}`;
}

function names(pathways: readonly string[]): string {
  return [...new Set(pathways)].join(", ");
}

function figures({ treatment, ablation, rivals, confidence }: Findings): string {
  const { evidence, difference } = ablation;
  const apart = difference === undefined ? "" : ` (difference ${differenceText(difference, confidence)})`;
  const others = rivals.map(
    ({ comparison }) => `, ${comparison.recovered} of ${comparison.of} ${armOf(comparison.arm).without}`,
  );
  return `${treatment.hits} of ${treatment.of} recovered with the action, ${evidence.hits} of ${evidence.of} without${apart}${others.join("")}`;
}

function chanceWords(chance: number | undefined): string {
  if (chance === undefined) return "";
  return `with so many trials chance alone gives this verdict in at most ${shareBoundText(chance, "upper")} of all runs in which the action does nothing`;
}

function looksWords(trials: readonly TrialDigest[]): string {
  const { sequential } = trials.find(({ plan }) => plan.sequential !== undefined)?.plan ?? {};
  if (sequential === undefined) return "";
  return `the run might end at each of ${sequential.looks} looks (at most ${sequential.most} trials in each arm), so that each interval shares its error with ${sequential.looks - 1} others`;
}

/**
 * Fewest trials per arm at which the rates seen so far would lie apart; taken as all and none for an arm without
 * trials.
 */
export function trialsNeeded(treatment: Count, ablation: Count, confidence = 0.95): number | undefined {
  const p1 = treatment.of === 0 ? 1 : treatment.hits / treatment.of;
  const p2 = ablation.of === 0 ? 0 : ablation.hits / ablation.of;
  for (let of = 1; of <= mostTrials; of += 1) {
    const [first, second] = [Math.round(p1 * of), Math.round(p2 * of)];
    if (newcombeDifference({ hits: first, of }, { hits: second, of }, confidence).lo > 0) return of;
  }
  return undefined;
}

function trialsText(treatment: Count, ablation: Count, confidence: number): string {
  const needed = trialsNeeded(treatment, ablation, confidence);
  if (needed === undefined) return `no number of trials up to ${mostTrials} per arm would prove it at these rates`;
  return `${needed} counted trials per arm at these rates would prove it`;
}
