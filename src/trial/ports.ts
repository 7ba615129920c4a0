// What a trial needs from the machine, as interfaces: the composition root hands in platforms, faults, probes and load.

import type { Clock, Json, Ms } from "../core/units.ts";
import type { Fault } from "../core/fault.ts";
import type { FileDamage } from "../core/file-damage.ts";
import type { Inventory } from "../records/inventory.ts";
import type { LoadControl } from "../core/load-source.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { DocumentsControl, Site } from "../core/controls.ts";
import type { SiteRef } from "../records/site.ts";
import type { MachineSurvey, StackSurvey } from "../records/survey.ts";
import type { UndoLog } from "./undo-log.ts";
import type { TimelineEvent, Unstamped } from "../records/timeline/event.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import type { RequestTrace } from "../records/timeline/traces.ts";

/** The trial's clock: `now()` in ms since `epochNs`, a reading of the machine-wide monotonic clock. */
export interface TrialClock extends Clock {
  readonly epochNs: string;
  /** When the epoch was by the system's clock, ISO 8601; absent on a clock that has no such time. */
  readonly epochTime?: string;
}

/** Writes one event down; `at` is filled in with now when it is absent. */
export type Emit = (event: Unstamped) => void;

/** A freshly started target with a fault proxy on every edge. */
export interface RunningStack {
  /** Runs every state probe on its schedule until the signal. */
  runProbes(record: Emit, signal: AbortSignal): Promise<void>;
  /**
   * Sends a request of ours and looks whether the target's own signals show it; false when one cannot be used. To be
   * asked before the load begins. Undefined when no probe reads such a signal.
   */
  readonly proveSignals?: (record: Emit, signal: AbortSignal) => Promise<boolean>;
  /** What a later process needs to find its way back to this stack; holds no secret. */
  readonly handle: Json;
  inventory(signal: AbortSignal): Promise<Inventory>;
  /** True when this instance runs and something listens at its replica's address; not the target's word. */
  isLiving(instance: string): Promise<boolean>;
  site(ref: SiteRef, seed: number, undoDir: string): Site;
  /**
   * Looks at the whole stack from outside, right before the injection and once all faults were taken back; `damages`:
   * what they wrote into its files. What cannot be looked at is in `unseen`.
   */
  survey(signal: AbortSignal, damages?: readonly FileDamage[]): Promise<StackSurvey>;
  /** Tells until the signal who had the processors and which of the stack's processes waited for one. */
  readonly watchPressure?: (record: Emit, signal: AbortSignal) => Promise<void>;
  /** Tells until the signal what the stack's processes write; undefined where there is no log. */
  readonly watchLog?: (record: Emit, signal: AbortSignal) => Promise<void>;
  /** Listens to the incident feed until the signal; undefined when the target has none. */
  readonly feed?: (record: Emit, signal: AbortSignal) => Promise<void>;
  /** Documents of our own; undefined when the target does not say how to write them. */
  readonly documents?: DocumentDesk;
  /**
   * Reads the healer's audit once and writes down what it said; never rejects. Undefined when the target publishes
   * none.
   */
  readonly readAudit?: (record: Emit, signal: AbortSignal) => Promise<void>;
  /** The trace of a request; undefined: the harness gave it no id. */
  readonly traceOf?: (request: Pick<RequestEvent, "id" | "stream">) => RequestTraceDesk | undefined;
  startLoad(record: Emit): Promise<LoadControl>;
  /** Ends everything that belongs to the stack and names what could not be ended. */
  stop(): Promise<readonly string[]>;
}

/** One request's trace. */
export interface RequestTraceDesk {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Asks the stack for it once; undefined where the target does not say where its traces are. Never rejects. */
  readonly read?: (signal: AbortSignal) => Promise<Pick<RequestTrace, "spans" | "more" | "reason">>;
}

/** Writes documents and looks for them again; neither rejects for what the target does. */
interface DocumentDesk extends DocumentsControl {
  /** Writes one on a fixed schedule until the signal. */
  write(record: Emit, signal: AbortSignal): Promise<void>;
  /**
   * Looks once for each that was acknowledged; what was not looked for when the signal comes is written down as not
   * seen.
   */
  readBack(record: Emit, signal: AbortSignal): Promise<void>;
}

/** The record of a trial on the disk: without it nothing is harmed. */
interface TrialDisk {
  /** Resolves once everything that the sink took is on the disk; rejects when it cannot be. */
  written(): Promise<void>;
  /** Aborts with the reason once something could not be written. */
  readonly lost: AbortSignal;
}

export interface TrialDeps {
  readonly clock: TrialClock;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly undo: UndoLog;
  /** Folder for backups of this trial. */
  readonly undoDir: string;
  /**
   * Time for one step of a fault (looking, harming) and for taking one back, ms; each has its own. Defaults: 15 s and
   * 30 s.
   */
  readonly budgets?: { readonly faultMs: Ms; readonly revertMs: Ms };
  /** Throws after having cleaned up whatever it had started. */
  readonly startStack: (plan: TrialPlan, signal: AbortSignal) => Promise<RunningStack>;
  /**
   * Looks at what of this trial is on the machine: nothing before `startStack`, and nothing again once it was stopped.
   */
  readonly lookAtMachine: () => Promise<MachineSurvey>;
  /**
   * Resolves when the stack that is up may be measured: other trials on this machine may be booting. Absent: at once.
   */
  readonly mayMeasure?: (signal: AbortSignal) => Promise<void>;
  /** Takes keys out of what is about to be written down; absent: there are none. */
  readonly hide?: (event: TimelineEvent) => TimelineEvent;
  /** Every event, as soon as it is known. */
  readonly sink: (event: TimelineEvent) => void;
  /** Where the sink writes; absent: nowhere that can fail later. */
  readonly disk?: TrialDisk;
}
