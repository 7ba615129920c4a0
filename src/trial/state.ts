// What the parts of the conductor share while a trial runs.

import type { TrialPlan } from "../records/plan.ts";
import type { LoadRateControl } from "../core/controls.ts";
import type { Applied } from "./applied.ts";
import type { DurabilityCheck } from "./durability-check.ts";
import type { LoadControl } from "../core/load-source.ts";
import type { RunningStack, TrialDeps } from "./ports.ts";
import type { Recorder } from "./recorder.ts";
import type { Audit } from "./residue-watch.ts";

/** Everything that a trial holds while it runs. */
export interface TrialState {
  readonly plan: TrialPlan;
  readonly deps: TrialDeps;
  readonly recorder: Recorder;
  readonly stack: RunningStack;
  readonly load: LoadControl;
  readonly loadRate: LoadRateControl;
  readonly signal: AbortSignal;
  readonly applied: Applied[];
  readonly audit: Audit;
  readonly durability: DurabilityCheck;
}
