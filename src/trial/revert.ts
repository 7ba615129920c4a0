// Takes the faults back, last in first out, under a time limit and a signal of its own: never that of what it cleans.

import { messageOf } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import type { Site } from "../core/platform.ts";
import type { Json, Ms } from "../core/units.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { TrialState } from "./trial.ts";

/**
 * Time for taking back one fault, ms; its own, whatever became of the trial. Against hanging, not against slowness:
 * beside ten busy processes a way back took more than ten seconds, and was called residue.
 */
const revertBudgetMs: Ms = 30_000;

/** A fault whose way back is on disk. */
export interface Applied {
  readonly index: number;
  readonly fault: Fault;
  readonly site: Site;
  readonly undo: Json;
  readonly seq: number;
}

/** Reverts everything that was applied; what fails stays unfinished in the undo log for `rebound restore`. */
export async function revertAll(state: TrialState): Promise<void> {
  for (const applied of state.applied.splice(0).toReversed()) await revertOne(state, applied);
}

async function revertOne(state: TrialState, applied: Applied): Promise<void> {
  const disturbance = applied.index;
  state.recorder.record({ kind: "fault", disturbance, step: "reverting" });
  try {
    const evidence = await withTimeLimit(state.deps.budgets?.revertMs ?? revertBudgetMs, (signal) =>
      applied.fault.revert(applied.undo, applied.site, signal),
    );
    const step = evidence.confirmed ? "reverted" : "revert-failed";
    state.recorder.record({ kind: "fault", disturbance, step, evidence });
    if (evidence.confirmed) await state.deps.undo.done(applied.seq);
  } catch (thrown) {
    state.recorder.record({ kind: "fault", disturbance, step: "revert-failed", reason: messageOf(thrown) });
  }
}
