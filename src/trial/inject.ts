// Applies the planned disturbances: look, write the way back to disk, do harm, confirm that it took effect.

import { HarnessError, messageOf } from "../core/errors.ts";
import type { Fault } from "../core/fault.ts";
import type { Evidence, FaultEvent } from "../records/timeline/fault.ts";
import { isLater } from "../core/timing.ts";
import type { ToldEffect } from "../core/told-effect.ts";
import type { PlannedDisturbance } from "../records/plan.ts";
import type { Json, Ms } from "../core/units.ts";
import type { Applied } from "./applied.ts";
import type { TrialClock } from "./ports.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { TrialState } from "./state.ts";

/** One fault may take this long to look, and as long again to act, ms. */
const faultBudgetMs = 15_000;
const nsPerMs = 1e6;

/**
 * Applies in order all disturbances that begin with the injection; false as soon as one could not be confirmed (the
 * trial is then invalid).
 */
export async function inject(state: TrialState): Promise<boolean> {
  for (const [index, disturbance] of state.plan.disturbances.entries()) {
    if (isLater(disturbance.timing)) continue;
    if (!(await applyFault(state, index, disturbance))) return false;
    if (state.signal.aborted) return true;
  }
  return true;
}

/** No injection without a record: true when all that was seen up to now is on the disk. */
export async function isOnDisk({ deps, recorder, signal }: TrialState): Promise<boolean> {
  try {
    await deps.disk?.written();
  } catch (thrown) {
    recorder.lose(messageOf(thrown));
  }
  return !signal.aborted;
}

/** Applies one disturbance; false when it could not be confirmed. */
export async function applyFault(state: TrialState, index: number, planned: PlannedDisturbance): Promise<boolean> {
  const { deps, recorder } = state;
  const fault = faultNamed(deps.faults, planned.fault);
  const undoDir = `${deps.undoDir}/${index}`;
  let harmFrom: Ms | undefined;
  const harmBegins = (): void => void (harmFrom ??= deps.clock.now());
  let seenAt: Ms | undefined;
  let told: FaultEvent["told"];
  const atSite = state.stack.site(planned.site, planned.seed, undoDir);
  const doneAt = siblingOf(state, planned);
  const { documents } = state.stack;
  const site = {
    ...atSite,
    harmBegins,
    effectSeen: (): void => void (seenAt ??= deps.clock.now()),
    effectTold: (effect: ToldEffect): void => void (told ??= onClock(effect, deps.clock)),
    controls: { ...atSite.controls, load: state.loadRate, ...(documents !== undefined && { documents }) },
    ...(doneAt !== undefined && { doneAt }),
  };
  const record = (event: Pick<FaultEvent, "step" | "evidence" | "reason">): void =>
    recorder.record({
      kind: "fault",
      disturbance: index,
      ...event,
      ...(event.step === "confirmed" && seenAt !== undefined && { at: seenAt }),
      ...(event.step !== "applying" && harmFrom !== undefined && { harmFrom }),
      ...(event.step === "confirmed" && told !== undefined && { told }),
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
    const applied: Applied = { index, fault, site, undo, seq };
    state.applied.push(applied);
    state.audit.beforeFault({ fault, site, undo });
    record({ step: "applying" });
    // Also for a fault that ignores its signal: one that hangs must not keep the others from being taken back.
    const evidence: Evidence = await withTimeLimit(limitMs, (limit) =>
      fault.apply(params, undo, site, AbortSignal.any([state.signal, limit])),
    );
    record({ step: evidence.confirmed ? "confirmed" : "unconfirmed", evidence });
    if (evidence.confirmed) {
      applied.confirmedAt = seenAt ?? deps.clock.now();
      if (fault.hold !== undefined) applied.letGo = holdUp(state, applied, params);
    }
    return evidence.confirmed;
  } catch (thrown) {
    record({ step: "unconfirmed", reason: messageOf(thrown) });
    // Backups are part of the way back: where they find no room, nothing was tried on the target.
    if (isOutOfRoom(thrown)) recorder.lose(messageOf(thrown));
    return false;
  }
}

/** What somebody else's clock showed, as instants of the trial. */
function onClock({ by, event, lo, hi }: ToldEffect, { epochNs }: Pick<TrialClock, "epochNs">): FaultEvent["told"] {
  const epochMs = Number(epochNs) / nsPerMs;
  return { by, event, lo: lo - epochMs, hi: hi - epochMs };
}

/** A replica of the same service that has had this very disturbance, in the same part of the plan. */
function siblingOf({ applied, plan }: TrialState, planned: PlannedDisturbance): string | undefined {
  const words = ({ fault, site: { service, edgeFrom, via }, params, timing }: PlannedDisturbance): string =>
    JSON.stringify([fault, service, edgeFrom, via, params, timing]);
  const one = applied.find(({ index, confirmedAt }) => {
    const other = plan.disturbances[index];
    return confirmedAt !== undefined && other !== undefined && words(other) === words(planned);
  });
  return one?.site.replica === planned.site.replica ? undefined : one?.site.replica;
}

/** Keeps the effect up until it is let go; that it no longer can be kept up ends the trial. */
function holdUp(state: TrialState, { fault, undo, site }: Applied, params: unknown): () => Promise<string | undefined> {
  const over = new AbortController();
  const holding = Promise.resolve(fault.hold?.(params, undo, site, over.signal)).catch((thrown: unknown) => {
    if (over.signal.aborted) return undefined;
    const reason = `${fault.name} could not be kept up: ${messageOf(thrown)}`;
    state.recorder.record({ kind: "trouble", where: "fault", reason, fatal: true });
    return undefined;
  });
  return () => {
    over.abort();
    return holding;
  };
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
