// What a run needs from the machine, as interfaces: the composition root hands in platforms, faults, probes and load.

import type { Target } from "../core/target.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { MachineSurvey } from "../records/survey.ts";
import type { Share } from "../core/units.ts";
import type { RunningStack, TrialClock, TrialDeps } from "../trial/ports.ts";
import type { UndoLog } from "../trial/undo-log.ts";

/** What one trial asks its stack to be started with. */
interface StackOrder {
  readonly target: Target;
  readonly cacheDir: string;
  readonly clock: TrialClock;
  readonly undo: UndoLog;
  /** The trial's own folder for what undoing needs; out of the stack's sight. */
  readonly undoDir: string;
  /** The trial's folder, for what is kept of it for people. */
  readonly keptDir: string;
  /** Where its healer keeps what it learns; absent: wherever it does by itself. */
  readonly learningDir?: string;
}

/** The stack of one trial before and after it is up. */
interface TrialMachine {
  /** Looks at what of this trial is on the machine. */
  look(): Promise<Omit<MachineSurvey, "unfinished">>;
  /** Throws after having cleaned up whatever it had started. */
  start(plan: TrialPlan, signal: AbortSignal): Promise<RunningStack>;
}

/** Where trials are run. */
export interface TrialPorts {
  readonly faults: TrialDeps["faults"];
  startClock(): TrialClock;
  openMachine(order: StackOrder): TrialMachine;
}

/** Begins to watch the processors; each call returns the share of them that was busy since the call before. */
export type WatchProcessors = () => () => Share;
