// An intent: what is believed about recovery, and what would prove it wrong. Produced by src/intent from YAML.

import type { ArmName } from "./arms.ts";
import type { Condition, Expectation, LoadSpec, SteadyState } from "../records/conditions.ts";
import type { Limits } from "./target.ts";
import type { StoppingRule } from "./stopping-rule.ts";
import type { OperatorScript, PlannedLevel, Timing } from "../records/plan.ts";
import type { Weakness } from "../records/weakness.ts";
import type { Ms, Share } from "./units.ts";

/** Picks sites by role and either count or share, never by address: a seeded choice among those that fit. */
export interface Selector {
  readonly service: string;
  /** `all`: every replica of the service; only with limits of the intent that allow the whole. */
  readonly count?: number | "all";
  /** Share of the service's replicas, rounded down, at least one. */
  readonly share?: Share;
  /** Set when the fault sits on the edge from this service. */
  readonly edgeFrom?: string;
  /** The way that the edge is, where several lead there; absent: the usual one. */
  readonly via?: string;
}

export interface Disturbance {
  readonly fault: string;
  /** Absent where the fault acts on no replica. */
  readonly on?: Selector;
  /** The service that feels it as a whole: of a change of load, or of a fault at another service. */
  readonly feltBy?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The fault changes nothing. */
  readonly harmless?: true;
  /** Work that people plan: what the inventory shows of its replica meanwhile is no remedy. */
  readonly byOperator?: true;
  readonly timing?: Timing;
  /** How hard it shall hit, in place of a dose; what is known of the dose once there is one. */
  readonly level?: PlannedLevel | { readonly intended: PlannedLevel["intended"] };
}

export interface Intent {
  /** `theme/name`, equal to the file's path under experiments/ without the ending. */
  readonly id: string;
  readonly file: string;
  readonly title: string;
  readonly belief: string;
  readonly target: string;
  readonly tags: readonly string[];
  readonly seed: number;
  /** In each arm; with `stopping` the most there may be. */
  readonly trials: number;
  /** Set when as many trials are run as are needed. */
  readonly stopping?: StoppingRule;
  readonly arms: readonly ArmName[];
  /** Pathways whose action is a no-op in the arm ablation; empty without that arm. */
  readonly ablate: readonly string[];
  readonly load: LoadSpec;
  readonly steady: SteadyState;
  readonly disturbances: readonly Disturbance[];
  readonly expect: Expectation;
  /** How soon it must be at a second occurrence of which the healer has learned, in place of what `expect` says. */
  readonly again?: { readonly detectedMs?: Ms; readonly recoveredMs?: Ms };
  /** What the scripted operator does, by arm: one a trial, in turn. An arm that is absent has no operator. */
  readonly operator?: Readonly<Partial<Record<ArmName, readonly OperatorScript[]>>>;
  /** Values that the intent chooses of the target's settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the intent asks to be allowed, within what the target allows; absent: the target's limits alone hold. */
  readonly limits?: Pick<Limits, "maxShare">;
  /**
   * When one of these is true while a fault is in place, the fault is taken back at once; absent when the intent has
   * none.
   */
  readonly abortIf?: readonly Condition[];
  /** How long after injection a trial without recovery to wait for (control arms) is watched. */
  readonly watchMs: Ms;
  /** What its author knows to be weak for now; absent: nothing. */
  readonly weaknesses?: readonly Weakness[];
}
