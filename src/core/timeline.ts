// What was seen in one trial, in order of writing. One NDJSON line per event; `at` is when the harness knew it.

import type { AuditLook } from "./audit.ts";
import type { Evidence } from "./fault.ts";
import type { Inventory } from "./inventory.ts";
import type { Calibration, PressureLook } from "./pressure.ts";
import type { Reading } from "./probe.ts";
import type { MachineSurvey, StackSurvey } from "./survey.ts";
import type { Json, Ms } from "./units.ts";

export type PhaseName =
  | "boot"
  | "warmup"
  | "baseline"
  | "inject"
  | "observe"
  | "revert"
  | "after"
  | "teardown"
  | "done";

interface Stamped {
  /** ms since the trial's epoch on the harness's monotonic clock, when the harness had the whole of it. */
  readonly at: Ms;
}

interface PhaseEvent extends Stamped {
  readonly kind: "phase";
  readonly phase: PhaseName;
  /**
   * With the first: where on the machine's monotonic clock the trial's epoch lies, ns, so that other logs of the
   * machine compare.
   */
  readonly epochNs?: string;
}

/** One look of a state probe; it began at `from` and was over at `at`. */
export interface ReadingEvent extends Stamped {
  readonly kind: "reading";
  readonly probe: string;
  readonly from: Ms;
  readonly reading: Reading;
}

/** A request became slow (its answer was still not complete); written so that live views need not wait for it. */
export interface LateEvent extends Stamped {
  readonly kind: "late";
  readonly id: number;
}

/** One request, once its outcome is final. Instants count from the trial's epoch. */
export interface RequestEvent extends Stamped {
  readonly kind: "request";
  readonly id: number;
  /** Fixed before the run; latency counts from here. */
  readonly intended: Ms;
  /** null: never sent (shed by the harness). */
  readonly sent: Ms | null;
  readonly firstToken: Ms | null;
  readonly done: Ms | null;
  readonly outcome: "answered" | "error" | "unsent";
  /**
   * For outcome error: `status 503`, `timeout`, `cut stream`, `connection refused`, …; the words are in
   * targets/README.md.
   */
  readonly error?: string;
  /**
   * A remark on an answer that counts all the same, such as `no terminator`; see targets/README.md. Older runs have
   * none.
   */
  readonly note?: string;
  /** Is the answer right; null when the request mix does not say what is, or when its text was not read to its end. */
  readonly right: boolean | null;
}

/** The feed's own life: opened, still there (heartbeat or event arrived), lost; or refused: it did not open. */
export interface FeedEvent extends Stamped {
  readonly kind: "feed";
  readonly state: "open" | "alive" | "lost" | "refused";
  /** With lost and refused; absent in runs written before it was kept. */
  readonly reason?: string;
}

/** One event of the target's incident feed: a claim of the healer, stamped at arrival. */
export interface ClaimEvent extends Stamped {
  readonly kind: "claim";
  readonly claim: Claim;
}

export type ClaimType =
  | "detected"
  | "classified"
  | "decided"
  | "approval.requested"
  | "approval.granted"
  | "approval.denied"
  | "approval.expired"
  | "action.started"
  | "action.finished"
  | "verified"
  | "closed"
  | "escalated"
  | "held";

export interface Claim {
  readonly type: ClaimType;
  readonly id: string;
  readonly incident: string;
  /** The healer's own clock, as it wrote it; never used for marks. */
  readonly time: string;
  readonly scope: { readonly service?: string; readonly replica?: string };
  readonly class?: string;
  readonly confidence?: number;
  /** Classes that it held for less likely, with the confidence in each; absent when it named none. */
  readonly runnersUp?: readonly RunnerUp[];
  readonly pathway?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly reasons: readonly string[];
  /**
   * What the event said beyond the contract, bounded, likely secrets left out. Decides nothing. Absent when there was
   * none.
   */
  readonly more?: Readonly<Record<string, Json>>;
}

/** A class that a healer held for less likely than the one that it claimed. */
export interface RunnerUp {
  readonly class: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** The inventory differed from the one before; looked from `from` to `at`. The first one has no `changes`. */
export interface InventoryEvent extends Stamped {
  readonly kind: "inventory";
  readonly from: Ms;
  /** Start of the look that still saw the old state (equals `from` for the first). */
  readonly lastSameFrom: Ms;
  readonly inventory: Inventory;
  readonly changes: readonly InventoryChange[];
}

export interface InventoryChange {
  readonly service: string;
  readonly replica: string;
  readonly field: "pid" | "weight" | "version" | "files" | "presence";
  readonly before: string | number | null;
  readonly after: string | number | null;
}

export interface FaultEvent extends Stamped {
  readonly kind: "fault";
  /** Index into the plan's disturbances. */
  readonly disturbance: number;
  readonly step: "aiming" | "applying" | "confirmed" | "unconfirmed" | "reverting" | "reverted" | "revert-failed";
  readonly evidence?: Evidence;
  readonly reason?: string;
  /** With confirmed and unconfirmed: right before the first harmful act. Absent when none came, and in older runs. */
  readonly harmFrom?: Ms;
}

/**
 * A condition of `abort_if` came true, or could not be told for too long, while a fault was in place; the fault is
 * taken back.
 */
export interface AbortEvent extends Stamped {
  readonly kind: "abort";
  readonly name: string;
  readonly expression: string;
  /** Every value that the expression asked for and that was seen. */
  readonly values: Readonly<Record<string, number>>;
  /** Set when it did not come true: for how long it could not be told, and why. */
  readonly blind?: { readonly forMs: Ms; readonly reason: string };
}

/** The load was changed on purpose (a `load` disturbance). */
interface LoadChangeEvent extends Stamped {
  readonly kind: "load-change";
  readonly disturbance: number;
  readonly times: number;
}

/** How late the harness itself was: the conductor's loop, sampled; `lagMs` beyond the timer asked for. */
interface PaceEvent extends Stamped {
  readonly kind: "pace";
  readonly lagMs: Ms;
}

/**
 * Who had the processors and who waited for one, from `from` to `at`. Absent in runs written before it was measured.
 */
export interface PressureEvent extends Stamped {
  readonly kind: "pressure";
  readonly from: Ms;
  readonly look: PressureLook;
}

/** How the machine was before the run's first trial, for comparing. */
interface CalibrationEvent extends Stamped {
  readonly kind: "calibration";
  readonly calibration: Calibration;
}

/** The machine before boot or after teardown. */
interface MachineSurveyEvent extends Stamped {
  readonly kind: "machine-survey";
  readonly moment: "before" | "after";
  readonly survey: MachineSurvey;
}

/** The stack right before the injection, or after every fault was taken back. */
interface StackSurveyEvent extends Stamped {
  readonly kind: "stack-survey";
  readonly moment: "before" | "after";
  readonly survey: StackSurvey;
}

/** One document of our own was offered to the target from `from` on; answered, or given up, at `at`. */
export interface WriteEvent extends Stamped {
  readonly kind: "write";
  readonly from: Ms;
  readonly id: string;
  /** The target acknowledged it: from here on it owes it to its users. */
  readonly ok: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** An acknowledged document was looked for, the way users would find it. */
export interface ReadBackEvent extends Stamped {
  readonly kind: "read-back";
  readonly from: Ms;
  readonly id: string;
  /** null: the look saw nothing. */
  readonly found: boolean | null;
  readonly reason?: string;
}

/** The target's audit was read and its chain checked. */
interface AuditEvent extends Stamped {
  readonly kind: "audit";
  readonly from: Ms;
  readonly look: AuditLook;
}

/** Something broke on our side or was ended from outside. */
export interface TroubleEvent extends Stamped {
  readonly kind: "trouble";
  readonly where: string;
  readonly reason: string;
  /**
   * A tool of ours is gone, or what was seen can no longer be written down: the trial ends because of it, and says
   * nothing of the target.
   */
  readonly fatal?: true;
}

export type TimelineEvent =
  | PhaseEvent
  | ReadingEvent
  | LateEvent
  | RequestEvent
  | FeedEvent
  | ClaimEvent
  | InventoryEvent
  | FaultEvent
  | AbortEvent
  | LoadChangeEvent
  | PaceEvent
  | PressureEvent
  | CalibrationEvent
  | MachineSurveyEvent
  | StackSurveyEvent
  | WriteEvent
  | ReadBackEvent
  | AuditEvent
  | TroubleEvent;

/** A timeline event before it is stamped. */
export type Unstamped<E extends TimelineEvent = TimelineEvent> = E extends TimelineEvent
  ? Omit<E, "at"> & { readonly at?: Ms }
  : never;
