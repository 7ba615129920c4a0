// One trial with everything around it: its folder, its undo log, its timeline on disk, and its verdict.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Target } from "../core/target.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { foldTrial, trialViewOf } from "../measure/facts/fold.ts";
import type { TrialView } from "../measure/facts/trial-view.ts";
import { factsOf } from "../measure/facts/measure-trial.ts";
import { ownTrouble } from "../measure/cost/own-trouble.ts";
import type { TrialClock } from "../trial/ports.ts";
import { runTrial } from "../trial/trial.ts";
import { openUndoLog } from "../trial/undo-log.ts";
import { hideKeysOf } from "./keys.ts";
import { isLogUnfinished, unfinishedWords } from "./restore/unfinished.ts";
import { trialFolder, type RecordedTrial, type RunFolder } from "../store/run-folder.ts";
import { writeTrialVerdict } from "../store/results.ts";
import { readTimelineInto, TimelineWriter } from "../store/timeline-file.ts";
import { openLearned } from "../store/learned.ts";
import { linkState } from "../store/state-link.ts";
import { judgeTrial } from "../verdict/judge-trial.ts";
import type { TrialPorts } from "./ports.ts";

/** What a trial is run with, besides its plan. */
export interface TrialSetting {
  readonly folder: RunFolder;
  readonly target: Target;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** See `TrialDeps`. */
  readonly mayMeasure?: (signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: TimelineEvent) => void;
  readonly ports: TrialPorts;
}

/** A judged trial; what was seen in it is on the disk, and let go. */
export interface FinishedTrial {
  readonly result: TrialResult;
  /** Why its verdict is not on the disk: then there can be no further trial. */
  readonly unwritten?: unknown;
}

/** Facts and verdict of a recorded trial by today's rules; its timeline is read piece by piece. */
export async function judgeRecorded(
  { plan, timeline }: RecordedTrial,
  also: (event: TimelineEvent) => void = () => undefined,
): Promise<TrialResult> {
  const fold = foldTrial(plan);
  const take = (event: TimelineEvent): void => {
    fold.take(event);
    also(event);
  };
  if (timeline !== undefined) await readTimelineInto(timeline, take);
  return judgeSeen(fold.seen());
}

/** Facts and verdict of what was seen. */
function judgeSeen(seen: TrialView): TrialResult {
  const facts = factsOf(seen);
  return { plan: seen.plan, facts, verdict: judgeTrial(seen, facts) };
}

/**
 * Runs one trial, writes it down as it goes, judges it. Throws only when the stack did not come up or the bug is ours.
 */
export async function runOne(plan: TrialPlan, setting: TrialSetting): Promise<FinishedTrial> {
  const files = await trialFolder(setting.folder, plan);
  const undoDir = join(files.dir, "undo");
  await mkdir(undoDir, { mode: 0o700 });
  const undo = await openUndoLog(files.undo);
  await linkState(setting.folder.dir, files.undo);
  const writer = await TimelineWriter.open(files.timeline).catch(async (thrown: unknown) => {
    await undo.close();
    throw thrown;
  });
  const { target, cacheDir, ports } = setting;
  const clock = ports.startClock();
  const learningDir = await openLearned(setting.folder.dir, plan);
  const learning = learningDir === undefined ? {} : { learningDir };
  const machine = ports.openMachine({ target, cacheDir, clock, undo, undoDir, keptDir: files.dir, ...learning });
  const sink = (event: TimelineEvent): void => {
    writer.append(event);
    setting.onEvent(event);
  };
  try {
    const deps = {
      clock,
      undo,
      undoDir,
      sink,
      hide: hideKeysOf(target),
      disk: { written: () => writer.written(), lost: writer.lost },
      ...(setting.mayMeasure && { mayMeasure: setting.mayMeasure }),
      faults: ports.faults,
      lookAtMachine: async () => ({ ...(await machine.look()), unfinished: await unfinishedWords(files.undo) }),
      startStack: (trial: TrialPlan, ending: AbortSignal) => machine.start(trial, ending),
    };
    const record = await keptRecord(await runTrial(plan, deps, setting.signal), writer, clock);
    const result = judgeSeen(trialViewOf(record));
    try {
      await writeTrialVerdict(setting.folder.dir, result);
    } catch (unwritten) {
      return { result, unwritten };
    }
    return { result };
  } finally {
    try {
      await undo.close();
      if (!(await isLogUnfinished(files.undo))) await rm(undoDir, { recursive: true, force: true });
    } finally {
      // Whoever needs to know that it could not be written knows by now.
      await writer.close().catch(() => undefined);
    }
  }
}

/** What was seen, and, when its last lines could not be written either, that as well: such a trial says nothing. */
async function keptRecord(record: TrialRecord, writer: TimelineWriter, clock: TrialClock): Promise<TrialRecord> {
  try {
    await writer.close();
    return record;
  } catch (thrown) {
    if (ownTrouble(record.timeline)?.where === "record") return record;
    const trouble = {
      kind: "trouble",
      at: clock.now(),
      where: "record",
      reason: messageOf(thrown),
      fatal: true,
    } as const;
    return { ...record, timeline: [...record.timeline, trouble] };
  }
}
