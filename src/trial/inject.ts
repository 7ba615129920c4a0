// Applies the planned disturbances: look, write the way back to disk, do harm, confirm that it took effect.

import { HarnessError, messageOf } from "../core/errors.ts";
import type { Evidence, Fault } from "../core/fault.ts";
import type { PlannedDisturbance } from "../core/plan.ts";
import type { FaultEvent } from "../core/timeline.ts";
import type { Json, Ms } from "../core/units.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { TrialState } from "./trial.ts";

/** One fault may take this long to look, and as long again to act, ms. */
const faultBudgetMs = 15_000;

/** Applies all disturbances in order; false as soon as one could not be confirmed (the trial is then invalid). */
export async function inject(state: TrialState): Promise<boolean> {
  for (const [index, disturbance] of state.plan.disturbances.entries()) {
    if (!(await applyFault(state, index, disturbance))) return false;
    if (state.signal.aborted) return true;
  }
  return true;
}

async function applyFault(state: TrialState, index: number, planned: PlannedDisturbance): Promise<boolean> {
  const { deps, recorder } = state;
  const fault = faultNamed(deps.faults, planned.fault);
  const undoDir = `${deps.undoDir}/${index}`;
  let harmFrom: Ms | undefined;
  const harmBegins = (): void => void (harmFrom ??= deps.clock.now());
  const atSite = state.stack.site(planned.site, planned.seed, undoDir);
  const site = { ...atSite, harmBegins, controls: { ...atSite.controls, load: state.loadRate } };
  const record = (event: Pick<FaultEvent, "step" | "evidence" | "reason">): void =>
    recorder.record({
      kind: "fault",
      disturbance: index,
      ...event,
      ...(event.step !== "applying" && harmFrom !== undefined && { harmFrom }),
    });
  try {
    const params = fault.parse(planned.params);
    const limitMs = deps.budgets?.faultMs ?? faultBudgetMs;
    const undo: Json = await withTimeLimit(limitMs, () => fault.prepare(params, site));
    const seq = await deps.undo.intend({
      kind: "fault",
      fault: fault.name,
      site: { ...planned.site },
      seed: planned.seed,
      undoDir,
      undo,
      handle: state.stack.handle,
    });
    state.applied.push({ index, fault, site, undo, seq });
    state.audit.beforeFault({ fault, site, undo });
    record({ step: "applying" });
    // Also for a fault that ignores its signal: one that hangs must not keep the others from being taken back.
    const evidence: Evidence = await withTimeLimit(limitMs, (limit) =>
      fault.apply(params, undo, site, AbortSignal.any([state.signal, limit])),
    );
    record({ step: evidence.confirmed ? "confirmed" : "unconfirmed", evidence });
    return evidence.confirmed;
  } catch (thrown) {
    record({ step: "unconfirmed", reason: messageOf(thrown) });
    // Backups are part of the way back: where they find no room, nothing was tried on the target.
    if (isOutOfRoom(thrown)) recorder.lose(messageOf(thrown));
    return false;
  }
}

const noRoom: readonly unknown[] = ["ENOSPC", "EDQUOT", "EROFS"];

/** True of what a full or read-only disk says, whatever was wrapped around it. */
function isOutOfRoom(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return ("code" in thrown && noRoom.includes(thrown.code)) || isOutOfRoom(thrown.cause);
}

function faultNamed(faults: ReadonlyMap<string, Fault>, kind: string): Fault {
  const fault = faults.get(kind);
  if (fault === undefined) throw new HarnessError("bug", `the plan names a fault that is not in the table: ${kind}`);
  return fault;
}
