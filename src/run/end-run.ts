// The end of a run: what its trials come to, written for people and for other programs.

import { dirname } from "node:path";
import type { RunDigest } from "../core/digest.ts";
import { messageOf } from "../core/errors.ts";
import { readPast } from "../history/past-nights.ts";
import { rowsBefore } from "../history/rows-before.ts";
import { appendImpacts } from "../history/impact-rows.ts";
import { appendRows, historyDirOf } from "../history/rows-file.ts";
import { trialName } from "../core/plan.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { Reporter, RunEnd } from "../reporters/reporter.ts";
import { writeReports } from "../reporters/write-reports.ts";
import { readHistory } from "../store/history.ts";
import { pointLatest } from "../store/latest.ts";
import { trialFiles, type RunFolder } from "../store/run-folder.ts";
import { readTrialVerdict, readVerdictText } from "../store/results.ts";
import { readableTimeline } from "../store/timeline-file.ts";
import { toJson } from "../store/whole-file.ts";
import { eachHistoryRow } from "../verdict/history-rows.ts";
import type { Choice } from "./choose.ts";
import { concludeRun, thisHarness, type RunMeta } from "./finish-run.ts";
import type { Done } from "./run-trials.ts";
import { impactRowsOf } from "./levels/feedback.ts";
import { earlyEnd, type Stopping } from "./stopping/stopping.ts";

/** A run whose trials are over. */
export interface Conducted extends Pick<RunMeta, "startedAt" | "machine"> {
  readonly folder: RunFolder;
  readonly done: Done;
  /** What ended it early. */
  readonly stopped: Pick<Stopping, "reason" | "failure">;
}

/** What became of its results. */
export interface WrittenRun {
  readonly result: RunDigest;
  /** The run's folder, absolute. */
  readonly dir: string;
  /** The HTML report; absent when nothing could be written. */
  readonly reportPath?: string;
  /** Why a report could not be written. */
  readonly unwritten?: unknown;
}

/** Who makes reports of it. */
export interface Reporting {
  readonly reporters: readonly Reporter[];
  readonly onTrouble: (says: string) => void;
}

/** Judges what there is, also after an interruption or a failure, and writes it. */
export async function endRun(choice: Choice, conducted: Conducted, reporting: Reporting): Promise<WrittenRun> {
  const result = await conclude(choice, conducted, reporting);
  return { result, dir: conducted.folder.dir, ...(await writeAll(conducted, result, reporting)) };
}

async function conclude(choice: Choice, conducted: Conducted, { onTrouble }: Reporting): Promise<RunDigest> {
  const { folder, done } = conducted;
  const meta = metaOf(choice, conducted);
  const intents = choice.intents.map((intent) => {
    const enough = done.stopped.get(intent.id);
    return { ...intent, ...(enough && { stopped: enough }) };
  });
  const past = await rowsBefore(dirname(folder.dir), meta, intents);
  for (const says of past.notes) onTrouble(says);
  return concludeRun(meta, intents, { trials: done.finished, history: await readHistory(folder.dir), past });
}

/** A run as far as it went; `stopped` is absent while it goes on. */
export type RunSoFar = Omit<Conducted, "stopped"> & Partial<Pick<Conducted, "stopped">>;

/** What it is besides its trials; it ends now. */
export function metaOf(
  choice: Omit<Choice, "intents" | "targets">,
  { startedAt, machine, done, stopped }: RunSoFar,
): RunMeta {
  const { runId, suite, seed } = choice;
  return {
    runId,
    suite,
    startedAt,
    endedAt: notBefore(startedAt, new Date()),
    seed,
    ...earlyEnd(stopped?.reason, stopped?.failure),
    planned: choice.plans.length - done.dropped,
    ...(choice.shard && { shard: choice.shard }),
    ...(done.governed && { governor: done.governed }),
    machine,
    harness: thisHarness(),
  };
}

/** As ISO 8601; the begin itself where somebody set the clock back meanwhile. */
function notBefore(startedAt: string, now: Date): string {
  return Date.parse(startedAt) > now.getTime() ? startedAt : now.toISOString();
}

async function writeAll(
  { folder, done }: Conducted,
  result: RunDigest,
  reporting: Reporting,
): Promise<Pick<WrittenRun, "reportPath" | "unwritten">> {
  return writeOutcome(folder, result, { ...reporting, ...trialsIn(folder, done) });
}

/** Reads the trials of a run that this process runs or ran. */
export function trialsIn(
  folder: RunFolder,
  { unwritten }: Pick<Done, "unwritten">,
): Required<Pick<RunEnd, "trialOf" | "textOf" | "timelineOf" | "amissOf">> {
  const amiss = new Map<string, string>();
  const kept = (plan: TrialPlan): TrialResult | undefined => unwritten.find((it) => it.plan === plan);
  return {
    async timelineOf(plan) {
      const read = await readableTimeline(trialFiles(folder.dir, plan).timeline).catch(() => undefined);
      amiss.set(trialName(plan), read?.amiss ?? "");
      return read?.timeline ?? null;
    },
    amissOf: (plan) => amiss.get(trialName(plan)) ?? "",
    trialOf: async (plan) => kept(plan) ?? readTrialVerdict(folder.dir, plan),
    async textOf(plan) {
      const trial = kept(plan);
      return trial === undefined ? readVerdictText(folder.dir, plan) : toJson(trial);
    },
  };
}

/** Who makes reports of a run, and where they find its trials. */
export type WritingRun = Reporting & Pick<RunEnd, "trialOf" | "textOf" | "timelineOf" | "amissOf">;

/** Writes what was found out: run.json and the reports, `latest`, and the history's rows. */
export async function writeOutcome(
  folder: RunFolder,
  result: RunDigest,
  { reporters, onTrouble, ...source }: WritingRun,
): Promise<Pick<WrittenRun, "reportPath" | "unwritten">> {
  try {
    const pastOf = await readPast(dirname(folder.dir), result, onTrouble);
    const end = { dir: folder.dir, result, ...source, pastOf };
    const { path, failure } = await writeReports(reporters, end);
    await pointLatest(folder).catch((thrown: unknown) => onTrouble(messageOf(thrown)));
    const history = historyDirOf(dirname(folder.dir));
    // A shard's trials go into the history as part of the run that all shards are put together to.
    const rows = result.shard === undefined ? eachHistoryRow(result) : [];
    const leftOut = await appendRows(history, rows).catch((thrown: unknown) => [messageOf(thrown)]);
    for (const says of leftOut) onTrouble(says);
    const felt = result.shard === undefined ? impactRowsOf(result) : [];
    await appendImpacts(dirname(folder.dir), felt).catch((thrown: unknown) => onTrouble(messageOf(thrown)));
    return { reportPath: path, ...(failure === undefined ? {} : { unwritten: failure }) };
  } catch (unwritten) {
    return { unwritten };
  }
}
