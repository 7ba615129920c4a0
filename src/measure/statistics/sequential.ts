// May a run end before its last trial? Who looks often and stops at the first good look is fooled by chance more often
// than 1 in 20, so all looks together share the error of one.

import { shareBoundText, shareText } from "../../core/text.ts";
import type { Sequential } from "../../records/plan.ts";
import type { Share } from "../../core/units.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { newcombeDifference } from "./newcombe.ts";
import type { Count, Difference } from "./newcombe.ts";

/** What is known of one arm. */
export interface ArmSoFar extends Count {
  /** Trials run so far, those that do not count too (inconclusive, invalid); as many as count when absent. */
  readonly run?: number;
}

export interface SoFar {
  readonly treatment: ArmSoFar;
  /** The arm that treatment is compared with; absent when there is none. */
  readonly ablation?: ArmSoFar;
  /** Why no trial to come can prove it any more, whatever the counts; absent when one still can. */
  readonly spoilt?: string;
}

/**
 * proven: the difference lies above 0 · refuted: at or below 0 · futile: no outcome of the trials left can prove it ·
 * narrow: the rate is.
 */
type Ground = "proven" | "refuted" | "futile" | "narrow" | "spent";

/** The answer, and why in a clause that can be printed. */
export interface Enough {
  readonly enough: boolean;
  readonly because: string;
  /** Absent when it is not enough. */
  readonly ground?: Ground;
}

/** A budget whose looks are as many as its trials when it does not say. */
export type SequentialBudget = Omit<Sequential, "looks"> & Partial<Pick<Sequential, "looks">>;

/**
 * Confidence that each of so many looks must use so that all of them together keep `confidence`: 1 − (1 − confidence) ÷
 * looks (C. E. Bonferroni 1936; the simplest of the group-sequential bounds of C. Jennison, B. W. Turnbull, Group
 * Sequential Methods, 2000, ch. 2). Holds whatever ends the run, for each interval that is right at a look of its own.
 * Throws RangeError for fewer than one look.
 */
export function lookConfidence(looks: number, confidence = 0.95): number {
  if (!Number.isInteger(looks) || looks < 1) throw new RangeError(`looks are at least one, not ${looks}`);
  return 1 - (1 - confidence) / looks;
}

/**
 * Is it enough? With a comparison arm: when Newcombe's interval of the difference, at the confidence of one of the
 * planned looks, lies above 0 or at or below it, or when it would not lie above 0 whatever the trials left bring. When
 * `width` is asked: besides, when the Clopper–Pearson interval of the treatment's recovery rate is no wider, at the
 * same confidence. Else when the budget is spent.
 */
export function enoughTrials(seen: SoFar, budget: SequentialBudget): Enough {
  const { most, looks = most, width } = budget;
  const confidence = lookConfidence(looks);
  const { treatment, ablation } = seen;
  const left = [treatment, ...(ablation === undefined ? [] : [ablation])].map((arm) => leftOf(arm, most));
  const compared = ablation === undefined ? undefined : compare({ ...seen, ablation }, { most, confidence });
  const narrow = width === undefined ? undefined : narrowEnough(treatment, width, confidence);
  const asked = [compared, narrow].filter((one) => one !== undefined);
  const because = asked.map((one) => one.because).join("; ");
  const ground = asked.findLast((one) => one.ground !== undefined)?.ground;
  if (asked.length > 0 && asked.every((one) => one.enough)) return { enough: true, because, ...(ground && { ground }) };
  if (left.every((count) => count === 0)) {
    const spent = `the budget of ${most} trials in each arm is spent`;
    return { enough: true, because: because === "" ? spent : `${spent}: ${because}`, ground: "spent" };
  }
  return { enough: false, because: because === "" ? "only the budget ends this run" : because };
}

function leftOf(arm: ArmSoFar, most: number): number {
  return Math.max(0, most - Math.max(arm.run ?? 0, arm.of));
}

interface Look {
  readonly most: number;
  readonly confidence: number;
}

function compare({ treatment, ablation, spoilt }: SoFar & { ablation: ArmSoFar }, { most, confidence }: Look): Enough {
  if (spoilt !== undefined) {
    return { enough: true, because: `${spoilt}: no trial left can prove a difference`, ground: "futile" };
  }
  if (treatment.of > 0 && ablation.of > 0) {
    const difference = newcombeDifference(treatment, ablation, confidence);
    const says = `the difference is ${differenceText(difference, confidence)}`;
    if (difference.lo > 0) return { enough: true, because: `${says}, above 0`, ground: "proven" };
    if (difference.hi <= 0) return { enough: true, because: `${says}, not above 0`, ground: "refuted" };
  }
  const counts = `${treatment.hits} of ${treatment.of} recovered against ${ablation.hits} of ${ablation.of}`;
  const [more, others] = [leftOf(treatment, most), leftOf(ablation, most)];
  if (more + others > 0 && isFutile(treatment, ablation, { more, others, confidence })) {
    const because = `${counts}: none of the ${more + others} trials left in the budget can prove a difference any more`;
    return { enough: true, because, ground: "futile" };
  }
  return { enough: false, because: `${counts}: the difference is not told yet` };
}

/**
 * True when the interval lies above 0 after no number of the trials left, if every one of the treatment recovers and
 * none of the others: its lower bound rises with the first arm's hits and falls with the second's, so nothing better
 * can come.
 */
function isFutile(
  treatment: Count,
  ablation: Count,
  { more, others, confidence }: { more: number; others: number; confidence: number },
): boolean {
  for (let i = more; i >= 0; i -= 1) {
    for (let j = others; j >= 0; j -= 1) {
      const best = { hits: treatment.hits + i, of: treatment.of + i };
      const worst = { hits: ablation.hits, of: ablation.of + j };
      if (best.of > 0 && worst.of > 0 && newcombeDifference(best, worst, confidence).lo > 0) return false;
    }
  }
  return true;
}

function narrowEnough(treatment: ArmSoFar, width: Share, confidence: number): Enough {
  if (treatment.of === 0) return { enough: false, because: "no trial tells the recovery rate yet" };
  const { lo, hi } = clopperPearson(treatment.hits, treatment.of, confidence);
  const enough = hi - lo <= width;
  const because = `the recovery rate is ${shareBoundText(lo, "lower")} to ${shareBoundText(hi, "upper")} (${confidenceText(confidence)}), ${enough ? "no" : "still"} wider than ${shareText(width)}`;
  return enough ? { enough, because, ground: "narrow" } : { enough, because };
}

/** `100 % (99.75 % 24 % to 100 %)`. */
function differenceText({ value, lo, hi }: Difference, confidence: number): string {
  return `${shareText(value)} (${confidenceText(confidence)} ${shareBoundText(lo, "lower")} to ${shareBoundText(hi, "upper")})`;
}

/** A confidence as a percentage, with as many digits as its error needs: `95 %`, `99.75 %`. */
export function confidenceText(confidence: number): string {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(100 * (1 - confidence)) + 1e-9));
  return `${Number((100 * confidence).toFixed(digits))} %`;
}
