// Cleans up after a harness that died: takes back faults, ends orphans, removes work folders; each under its own clock.

import { messageOf } from "../../core/errors.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { siteName } from "../../core/controls.ts";
import type { TakenBack } from "../../core/platform.ts";
import type { FaultEntry, PlatformEntry } from "../../records/undo.ts";
import type { Ms } from "../../core/units.ts";
import { findUndoFiles, isOwnLog } from "../../store/state-link.ts";
import { withTimeLimit } from "../../trial/time-limit.ts";
import {
  openUndoLog,
  readUndoLog,
  unfinished,
  type UndoLog,
  type UndoLogText,
  type UndoRecord,
} from "../../trial/undo-log.ts";

/**
 * Time for one entry, ms; its own, whatever the others took. Against hanging, not against slowness: as in a trial
 * (trial/revert.ts).
 */
const entryBudgetMs: Ms = 30_000;

/** What restoring needs from the machine; every call must be harmless when there is nothing left to do. */
export interface RestoreDeps {
  revertFault(entry: FaultEntry, signal: AbortSignal): Promise<Evidence>;
  /** Takes back what a platform wrote down: by that platform alone. */
  takeBack(entry: PlatformEntry, signal: AbortSignal): Promise<TakenBack>;
  /** See `Platform.isStack`. */
  isStack(entry: PlatformEntry): boolean;
  /** Default: `entryBudgetMs`. */
  readonly budgetMs?: Ms;
  /** Time for all faults of one trial together, shared among those that are still to come; default: no such limit. */
  readonly faultsBudgetMs?: Ms;
  /** Trials side by side (each still last in first out) instead of one after the other. */
  readonly sideBySide?: boolean;
}

/** One thing that was undone, or could not be. */
interface RestoreItem {
  readonly log: string;
  readonly what: string;
  readonly says: string;
}

export interface RestoreReport {
  readonly done: readonly RestoreItem[];
  readonly remains: readonly RestoreItem[];
}

/**
 * Undoes whatever every trial of the run left unfinished, last in first out, and notes it in the logs. Running it
 * again is harmless and tries what remained. Never throws for a single entry: that one is in `remains`.
 */
export async function restoreRun(runDir: string, deps: RestoreDeps, stateDir?: string): Promise<RestoreReport> {
  const logs = await findUndoFiles(runDir, stateDir);
  const trials = logs.filter((log) => !isOwnLog(log, runDir, stateDir));
  const reports: RestoreReport[] = [];
  if (deps.sideBySide === true) reports.push(...(await Promise.all(trials.map((log) => restoreLog(log, deps)))));
  else for (const log of trials) reports.push(await restoreLog(log, deps));
  // What belongs to the run as a whole was there before its trials: the faults' proxy among it.
  for (const own of logs.filter((log) => !trials.includes(log))) reports.push(await restoreLog(own, deps));
  return {
    done: reports.flatMap((report) => report.done),
    remains: reports.flatMap((report) => report.remains),
  };
}

async function restoreLog(log: string, deps: RestoreDeps): Promise<RestoreReport> {
  try {
    return await restoreTrial(log, deps);
  } catch (thrown) {
    return { done: [], remains: [{ log, what: "undo log", says: messageOf(thrown) }] };
  }
}

async function restoreTrial(path: string, deps: RestoreDeps): Promise<RestoreReport> {
  const text = await readUndoLog(path);
  const todo = unfinished(text.records);
  const remains: RestoreItem[] = text.unreadable.map(() => ({
    log: path,
    what: "a line of the undo log",
    says: "not understood; look whether anything of it is left, then `rebound restore --forget` with the folder of the run",
  }));
  if (todo.length === 0) return { done: [], remains };
  const log = await openUndoLog(path);
  try {
    const results = await undoAll(todo, deps);
    return await settle({ path, log, results, remains, stackIsGone: stackIsGone(text, results, deps) });
  } finally {
    await log.close();
  }
}

type Result = TakenBack & { readonly record: UndoRecord };

interface Settling {
  readonly path: string;
  readonly log: UndoLog;
  readonly results: readonly Result[];
  readonly remains: readonly RestoreItem[];
  readonly stackIsGone: boolean;
}

/**
 * Notes what is undone. A fault that could not be taken back is moot once its whole stack is gone: nothing bears it any
 * more.
 */
async function settle(settling: Settling): Promise<RestoreReport> {
  const done: RestoreItem[] = [];
  const remains = [...settling.remains];
  for (const { record, ok, says } of settling.results) {
    const moot = !ok && record.entry.kind === "fault" && settling.stackIsGone;
    const item = { log: settling.path, what: nameOf(record), says: moot ? `gone with its stack (${says})` : says };
    if (ok || moot) {
      await settling.log.done(record.seq);
      done.push(item);
    } else remains.push(item);
  }
  return { done, remains };
}

/**
 * True when all of the log can be read, and everything that a platform wrote there was taken back, a stack among it:
 * one that we only attached to goes on, with the fault.
 */
function stackIsGone({ records, unreadable }: UndoLogText, results: readonly Result[], deps: RestoreDeps): boolean {
  if (unreadable.length > 0 || results.some(({ ok, record }) => !ok && record.entry.kind === "platform")) return false;
  return records.some(({ entry }) => entry.kind === "platform" && deps.isStack(entry));
}

/** One after the other; each has a limit of its own, so that one that hangs never costs the next one its turn. */
async function undoAll(todo: readonly UndoRecord[], deps: RestoreDeps): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entryMs = deps.budgetMs ?? entryBudgetMs;
  let faults = todo.filter(({ entry }) => entry.kind === "fault").length;
  let faultsMs = deps.faultsBudgetMs ?? Number.POSITIVE_INFINITY;
  for (const record of todo) {
    const from = performance.now();
    const isFault = record.entry.kind === "fault";
    const limitMs = isFault ? Math.min(entryMs, Math.max(1, Math.floor(faultsMs / faults))) : entryMs;
    results.push({ record, ...(await undoOne(record, deps, limitMs)) });
    if (!isFault) continue;
    faults -= 1;
    faultsMs = Math.max(0, faultsMs - (performance.now() - from));
  }
  return results;
}

async function undoOne(record: UndoRecord, deps: RestoreDeps, limitMs: Ms): Promise<TakenBack> {
  try {
    // A dependency that ignores its signal must not hold up the entries after it.
    return await withTimeLimit(limitMs, (signal) => undoEntry(record, deps, signal));
  } catch (thrown) {
    return { ok: false, says: messageOf(thrown) };
  }
}

async function undoEntry({ entry }: UndoRecord, deps: RestoreDeps, signal: AbortSignal): Promise<TakenBack> {
  if (entry.kind === "fault") {
    const evidence = await deps.revertFault(entry, signal);
    return { ok: evidence.confirmed, says: evidence.seen };
  }
  return deps.takeBack(entry, signal);
}

function nameOf({ entry }: UndoRecord): string {
  return entry.kind === "fault" ? `fault ${entry.fault} at ${siteName(entry.site)}` : entry.what;
}
