// One line of what must catch a planted defect.
import type { ArmName } from "../../../src/core/arms.ts";

export interface Expected {
  /** Value of STACK_SABOTAGE. */
  readonly defect: string;
  /** Below test/programs/sabotage/experiments, without the ending. */
  readonly intent: IntentName;
  /** The arm whose trial must fail. */
  readonly arm: ArmName;
  /** The finding that is right: this rule must be among those that failed, with words like these. */
  readonly rule: string;
  readonly says: RegExp;
  /** What the trial must come out as; fail when absent. */
  readonly outcome?: "fail" | "invalid";
}

export type IntentName =
  | "data/index-repaired"
  | "data/index-unrepaired"
  | "data/index-rebuilt"
  | "ingestion/batch-rolled-back"
  | "network/latency-drained"
  | "load/surge-scaled-out"
  | "control/left-alone"
  | "control/telemetry-cut"
  | "control/numbers-proven"
  | "control/notes-kept-apart"
  | "healer/second-time-sooner"
  | "model/canary-rolled-back"
  | "inference/engine-hung"
  | "load/overload-shed"
  | "security/guesses-turned-away"
  | "inference/memory-drained"
  | "inference/cache-cleared"
  | "http/answers-cut"
  | "http/all-throttled"
  | "people/index-denied"
  | "people/index-unanswered";
