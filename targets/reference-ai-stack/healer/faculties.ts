// What the loop thinks with: the stages that touch nothing. They are handed in like eyes and hand, so that each can be
// replaced whole.
import { classify } from "./classification/classify.ts";
import { trace } from "./classification/trace.ts";
import { decide } from "./decision/decide.ts";
import { createDetection } from "./detection/detect.ts";
import { verify } from "./verification/verify.ts";

export interface Faculties {
  readonly createDetection: typeof createDetection;
  readonly classify: typeof classify;
  readonly trace: typeof trace;
  readonly decide: typeof decide;
  readonly verify: typeof verify;
}

/** The stages as they are meant. */
export const FACULTIES: Faculties = { createDetection, classify, trace, decide, verify };
