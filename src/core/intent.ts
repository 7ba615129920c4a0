// An intent: what is believed about recovery, and what would prove it wrong. Produced by src/intent from YAML.

import type { ArmName } from "./arms.ts";
import type { Limits } from "./target.ts";
import type { Stopping } from "./stopping.ts";
import type { Ms, Share } from "./units.ts";

export interface LoadSpec {
  readonly arrival: "constant" | "poisson";
  readonly ratePerSecond: number;
  /** A request that takes longer than this, from its intended send time, is slow. */
  readonly slowOverMs: Ms;
  /** A request that takes longer than this is given up and counts as an error. */
  readonly timeoutMs: Ms;
  readonly warmupMs: Ms;
  readonly baselineMs: Ms;
}

/** One named condition of the steady state; `scope` says whose view it is. */
export interface Condition {
  readonly name: string;
  readonly expression: string;
  /** users: only names under `users.` appear; state: some other probe appears. Derived, not written. */
  readonly view: "users" | "state";
  /** What must hold instead once it was broken, before it counts as back: the way out is stricter than the way in. */
  readonly back?: string;
}

export interface SteadyState {
  readonly windowMs: Ms;
  /** Bad windows that make an impact (t1): so many in a row, or among `badOf`. */
  readonly badAfter: number;
  /** Windows among which `badAfter` bad ones make an impact; absent: in a row. */
  readonly badOf?: number;
  /** Time between two looks of probes that this intent wants to look more often than their target says. */
  readonly probeEveryMs?: Readonly<Record<string, Ms>>;
  readonly conditions: readonly Condition[];
}

/** Picks sites by role and either count or share, never by address: a seeded choice among those that fit. */
export interface Selector {
  readonly service: string;
  /** `all`: every replica of the service; only with limits of the intent that allow the whole. */
  readonly count?: number | "all";
  /** Share of the service's replicas, rounded down, at least one. */
  readonly share?: Share;
  /** Set when the fault sits on the edge from this service. */
  readonly edgeFrom?: string;
}

export type Disturbance =
  | {
      readonly type: "fault";
      readonly fault: string;
      readonly on?: Selector;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "load"; readonly times: number };

export interface Expectation {
  /** Absent when the intent expects the healer to hold its fire. */
  readonly detected?: { readonly withinMs: Ms; readonly as: readonly string[] };
  readonly recovered?: {
    readonly withinMs: Ms;
    readonly by: string;
    readonly holdMs: Ms;
    /**
     * The trial goes on at least this long after the recovery, to see a relapse; absent: until it has held and was
     * declared.
     */
    readonly staysMs?: Ms;
  };
  /** The healer must not act at all. */
  readonly heldFire: boolean;
  readonly budget?: { readonly slo: Share; readonly maxBurn: number };
  /** Expressions that must not be true in any window after injection. */
  readonly never: readonly Condition[];
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
  readonly stopping?: Stopping;
  readonly arms: readonly ArmName[];
  /** Pathways whose action is a no-op in the arm ablation; empty without that arm. */
  readonly ablate: readonly string[];
  readonly load: LoadSpec;
  readonly steady: SteadyState;
  readonly disturbances: readonly Disturbance[];
  readonly expect: Expectation;
  /** What the intent asks to be allowed, within what the target allows; absent: the target's limits alone hold. */
  readonly limits?: Pick<Limits, "maxShare">;
  /**
   * When one of these is true while a fault is in place, the fault is taken back at once; absent when the intent has
   * none.
   */
  readonly abortIf?: readonly Condition[];
  /** How long after injection a trial without recovery to wait for (control arms) is watched. */
  readonly watchMs: Ms;
}
