// A plan: what will be done, when, to whom. Pure data; making one touches nothing.

import type { ArmName } from "./arms.ts";
import type { Condition, Expectation, LoadSpec, SteadyState } from "./intent.ts";
import type { SiteRef } from "./platform.ts";
import type { PathwayTraits } from "./scorecard.ts";
import type { Sequential } from "./sequential.ts";
import type { Ms } from "./units.ts";

export type PlannedDisturbance =
  | {
      readonly type: "fault";
      readonly fault: string;
      readonly site: SiteRef;
      readonly seed: number;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "load"; readonly times: number };

export interface TrialPlan {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly intent: string;
  readonly intentFile: string;
  readonly belief: string;
  readonly target: string;
  readonly arm: ArmName;
  /** Counts from 1 within intent and arm; the same index has the same seed in every arm. */
  readonly index: number;
  readonly seed: number;
  readonly load: LoadSpec;
  readonly steady: SteadyState;
  readonly disturbances: readonly PlannedDisturbance[];
  readonly expect: Expectation;
  /** Services of which no replica is spared, because the intent asks for all of them and its limits allow it. */
  readonly takesWholeService?: readonly string[];
  /** Watched while a fault is in place; see the intent. */
  readonly abortIf?: readonly Condition[];
  /** Set when the run may end before its last trial: intervals are then wider, for every look that was planned. */
  readonly sequential?: Sequential;
  /** Pathways whose action is a no-op in this trial (ablation, loop-ablation), else empty. */
  readonly ablated: readonly string[];
  /** Random wait before injection, seeded: breaks step with the target's periodic loops. */
  readonly injectAfterMs: Ms;
  /** The trial ends at the latest this long after injection (τ, fixed before the run). */
  readonly watchMs: Ms;
  /** Seconds of good windows that make a recovery. */
  readonly holdMs: Ms;
  /**
   * What the target declared when the plan was made: pathways, probes, and whether a feed is expected (not where the
   * healer is off).
   */
  readonly targetFacts: {
    readonly hasFeed: boolean;
    readonly pathways: readonly string[];
    /** Tier and weight of the pathways that have one; absent when none has. */
    readonly traits?: Readonly<Record<string, PathwayTraits>>;
    readonly dataProbes: readonly string[];
    /** How often a document of our own is written; absent when the target does not say how. */
    readonly documentsEveryMs?: Ms;
    /** The target publishes its audit. */
    readonly hasAudit?: true;
    readonly stateProbes: readonly { readonly name: string; readonly everyMs: Ms }[];
  };
  /** Estimated wall time of the trial, for the progress display. */
  readonly estimateMs: Ms;
}

/** `network/inference-latency ablation-2`: the one way a trial is named. */
export function trialName(plan: Pick<TrialPlan, "intent" | "arm" | "index">): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}
