// What the comparison of arms says, with the numbers that led to it.

import type { ComparisonArm } from "./arms.ts";
import type { Share } from "./units.ts";

/** p1 − p2 with its interval. */
export interface ShareDifference {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * One arm beside treatment. Only trials that passed or failed, and that can tell whether the stack recovered, count.
 */
export interface ArmComparison {
  readonly arm: ComparisonArm;
  readonly recovered: number;
  readonly of: number;
  /** Of the recovered: by an action that was not switched off. */
  readonly byOther: number;
  /** P(recover | treatment) − P(recover | this arm), Newcombe; absent when one of the arms has no trial that counts. */
  readonly difference?: ShareDifference;
  readonly says: string;
}

/** Treatment against no healer at all: what the healer is good for, by how often and by how soon. */
export interface Gain {
  /** P(recovered for good | treatment) − P(recovered for good | unhealed), Newcombe. */
  readonly recovery?: ShareDifference;
  /** Log-rank test of the times to recovery; absent where n does not support one, which `says` then tells. */
  readonly times?: { readonly chiSquare: number; readonly p: Share };
  readonly says: string;
}
