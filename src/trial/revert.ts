// Takes the faults back, last in first out, under a time limit and a signal of its own: never that of what it cleans.

import { messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import type { Applied } from "./applied.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { TrialState } from "./state.ts";

/**
 * Time for taking back one fault, ms; its own, whatever became of the trial. Against hanging, not against slowness:
 * beside ten busy processes a way back took more than ten seconds, and was called residue.
 */
const revertBudgetMs: Ms = 30_000;

/** Reverts everything that was applied; what fails stays unfinished in the undo log for `rebound restore`. */
export async function revertAll(state: TrialState): Promise<void> {
  for (const applied of state.applied.splice(0).toReversed()) await revertOne(state, applied);
}

/** Takes back one whose time is over, while the trial goes on; one that does not go is tried again at the end. */
export async function takeBack(state: TrialState, applied: Applied): Promise<boolean> {
  state.applied.splice(state.applied.indexOf(applied), 1);
  const reverted = await revertOne(state, applied, { scheduled: true });
  if (!reverted) state.applied.push(applied);
  return reverted;
}

async function revertOne(state: TrialState, applied: Applied, scheduled: { scheduled?: true } = {}): Promise<boolean> {
  const event = { kind: "fault", disturbance: applied.index, ...scheduled } as const;
  state.recorder.record({ ...event, step: "reverting" });
  try {
    const evidence = await withTimeLimit(state.deps.budgets?.revertMs ?? revertBudgetMs, async (signal) => {
      const kept = await applied.letGo?.();
      const back = await applied.fault.revert(applied.undo, applied.site, signal);
      return kept === undefined ? back : { ...back, seen: `${back.seen}; while it was in place: ${kept}` };
    });
    const step = evidence.confirmed ? "reverted" : "revert-failed";
    state.recorder.record({ ...event, step, evidence });
    if (evidence.confirmed) await state.deps.undo.done(applied.seq);
    return evidence.confirmed;
  } catch (thrown) {
    state.recorder.record({ ...event, step: "revert-failed", reason: messageOf(thrown) });
    return false;
  }
}
