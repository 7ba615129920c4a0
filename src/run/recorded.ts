// A run as it was recorded: by its run.json and its trials, or, when it was killed before it could write one, by its
// trials alone.

import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { rowsBefore } from "../history/rows-before.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import { trialName } from "../core/plan.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { RunResult } from "../records/results/run-result.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { readBegun, type KeptRun } from "../store/begun.ts";
import { readHistory } from "../store/history.ts";
import {
  recordedTrials,
  resolveRunDir,
  type RecordedTrial,
  type RecordedTrials,
  type SkippedTrial,
} from "../store/run-folder.ts";
import { openRun, type OpenRun } from "../store/open-run.ts";
import { assertPlainFiles } from "../store/plain-files.ts";
import { readableTimeline } from "../store/timeline-file.ts";
import { concludeRun, type IntentMeta, type RunMeta } from "./finish-run.ts";
import { judgeRecorded } from "./run-one.ts";
import { earlyEnd } from "./stopping/stopping.ts";
import { isAbsent } from "../lib/fs.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { KeptIntent } from "../records/begun.ts";

/** What can be read of a run. */
export interface Recorded {
  /** Absolute. */
  readonly runDir: string;
  /** As it was judged then, to be closed; absent when the run was killed before it could say so. */
  readonly open?: OpenRun;
  /** There is a run.json. */
  readonly wasJudged: boolean;
  readonly meta: RunMeta;
  readonly intents: readonly IntentMeta[];
  /** Those that are told of: with a run.json the ones that it names. */
  readonly trials: readonly RecordedTrial[];
  readonly skipped: readonly SkippedTrial[];
  /** What whoever asked must know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a run folder. A run.json that is not there or broke off is done without; one of another shape throws
 * `bad-input`, since it was not written by this version. Throws `bad-input` where there are no trials either, and for
 * what is no plain file.
 */
export async function readRecorded(dir: string): Promise<Recorded> {
  const runDir = await resolveRunDir(dir);
  await assertPlainFiles(runDir);
  const open = await runIfWhole(runDir);
  const { trials, skipped } = await trialsBeside(runDir, open);
  if (typeof open !== "string") {
    const {
      intents,
      schemaVersion: _version,
      outcome: _outcome,
      scorecard: _scorecard,
      triage: _triage,
      changes: _changes,
      ...meta
    } = open.run;
    const told = new Set(intents.flatMap((intent) => intent.trials.map(({ plan }) => trialName(plan))));
    const metas = intents.map(({ intent: id, title, belief, target, arms, stopping, weaknesses }) => ({
      id,
      title,
      belief,
      target,
      arms,
      ...(stopping && { stopped: stopping }),
      ...(weaknesses && { weaknesses }),
    }));
    return {
      runDir,
      open,
      wasJudged: true,
      meta,
      intents: metas,
      trials: trials.filter(({ plan }) => told.has(trialName(plan))),
      skipped,
      notes: [],
    };
  }
  const kept = await readBegun(runDir);
  const notes = [`${open}: judged from what its trials left`, ...kept.unread.map((what) => `not read: ${what}`)];
  return {
    runDir,
    wasJudged: false,
    meta: await metaOf(runDir, kept, trials),
    intents: intentsOf(kept, trials),
    trials,
    skipped,
    notes,
  };
}

/** Of ten thousand plans each is once in memory. */
async function trialsBeside(runDir: string, open: OpenRun | string): Promise<RecordedTrials> {
  if (typeof open === "string") return recordedTrials(runDir);
  const plans = open.run.intents.flatMap(({ trials }) => trials.map(({ plan }) => plan));
  return recordedTrials(runDir, plans).catch(async (thrown: unknown) => {
    await open.close();
    throw thrown;
  });
}

/** Why there is none, in words. */
async function runIfWhole(runDir: string): Promise<OpenRun | string> {
  try {
    return await openRun(runDir);
  } catch (thrown) {
    const cause = thrown instanceof HarnessError ? thrown.cause : undefined;
    if (cause instanceof SyntaxError) return `its run.json is not whole (${cause.message})`;
    if (isAbsent(cause)) return "it has no run.json";
    throw thrown;
  }
}

/** An intent whose own file is not there is known by the plans of its trials. */
function intentsOf(kept: KeptRun, trials: readonly RecordedTrial[]): readonly IntentMeta[] {
  const byId = new Map<string, IntentMeta>();
  const order = kept.begun?.intents ?? [];
  const known = new Map<string, KeptIntent>(kept.intents.map((intent) => [intent.id, intent]));
  for (const id of [...order, ...trials.map(({ plan }) => plan.intent), ...known.keys()]) {
    if (byId.has(id)) continue;
    const own = known.get(id);
    const plans = trials.map(({ plan }) => plan).filter(({ intent }) => intent === id);
    const [plan] = plans;
    if (own !== undefined) {
      const { title, belief, target, arms, weaknesses } = own;
      byId.set(id, { id, title, belief, target, arms, ...(weaknesses && { weaknesses }) });
    } else if (plan !== undefined) {
      const arms = [...new Set(plans.map(({ arm }) => arm))];
      byId.set(id, { id, title: id, belief: plan.belief, target: plan.target, arms });
    }
  }
  return [...byId.values()];
}

/** It did not get to its end, whatever ended it. */
async function metaOf(runDir: string, { begun }: KeptRun, trials: readonly RecordedTrial[]): Promise<RunMeta> {
  const [first] = trials;
  const written = await Promise.all([runDir, ...trials.flatMap(({ timeline }) => timeline ?? [])].map(writtenAt));
  const [earliest, latest] = [new Date(Math.min(...written)), new Date(Math.max(...written))];
  const guessed = {
    runId: first?.plan.runId ?? basename(runDir),
    suite: null,
    startedAt: earliest.toISOString(),
    seed: first?.plan.seed ?? 0,
    planned: trials.length,
    machine: { cores: 0, memoryBytes: 0, node: "not recorded", platform: "not recorded" },
    harness: { version: "not recorded" },
  };
  const { schemaVersion: _version, intents: _intents, ...told } = begun ?? { schemaVersion: 1, intents: [] };
  return { ...guessed, ...told, endedAt: latest.toISOString(), ...earlyEnd("failed") };
}

async function writtenAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** A run judged by today's rules, with the trials that could not be. */
export interface JudgedAgain {
  readonly result: RunResult;
  readonly judged: readonly RecordedTrial[];
  readonly skipped: readonly SkippedTrial[];
}

/**
 * Judges every trial that can be. Skipped are those with a timeline that breaks off in the middle; and, without a
 * run.json, those that had not come to their end: an unfinished trial says nothing, as in the run itself. With one,
 * those whose timeline ends before they did: half of what was seen is no ground for a verdict. With one skipped the
 * run is not whole, and cannot pass.
 */
export async function judgeAgain(recorded: Omit<Recorded, "open">): Promise<JudgedAgain> {
  const { runDir, wasJudged, meta, intents, trials, skipped } = recorded;
  const results: TrialResult[] = [];
  const judged: RecordedTrial[] = [];
  const all = [...skipped];
  for (const trial of trials) {
    const answer = await judgeOne(trial, !wasJudged);
    if (typeof answer === "string") all.push({ folder: trialFolderName(trial), reason: answer });
    else {
      results.push(answer);
      judged.push(trial);
    }
  }
  const whole = all.length === 0 ? meta : { ...meta, ...earlyEnd(meta.reason ?? "failed") };
  const [history, past] = [await readHistory(runDir), await rowsBefore(dirname(runDir), whole, intents)];
  return { result: concludeRun(whole, intents, { trials: results, history, past }), judged, skipped: all };
}

/** Why it cannot be judged, in words. */
async function judgeOne(trial: RecordedTrial, mustHaveEnded: boolean): Promise<TrialResult | string> {
  if (mustHaveEnded && trial.timeline === undefined) return "it has no timeline.jsonl";
  try {
    let ended = false;
    let lastPhase = "nothing";
    const result = await judgeRecorded(trial, (event) => {
      if (event.kind !== "phase") return;
      lastPhase = event.phase;
      ended ||= event.phase === "done";
    });
    if (ended || (!mustHaveEnded && trial.timeline === undefined)) return result;
    return mustHaveEnded ? `its timeline ends in ${lastPhase}: the run was killed then` : tornWords(lastPhase);
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return messageOf(thrown);
    throw thrown;
  }
}

/** Why the timeline of a trial that came to its end is not all of it; undefined when it is. */
function tornTimeline(timeline: readonly TimelineEvent[]): string | undefined {
  const phases = timeline.flatMap((event) => (event.kind === "phase" ? [event.phase] : []));
  return phases.includes("done") ? undefined : tornWords(phases.at(-1) ?? "nothing");
}

function tornWords(lastPhase: string): string {
  return `its timeline ends in ${lastPhase}: what came after is missing`;
}

/** Its folder below `trials/`. */
export function trialFolderName({ plan }: Pick<RecordedTrial, "plan">): string {
  return join(plan.intent, `${plan.arm}-${plan.index}`);
}

/**
 * Reads timelines for reports, one at a time. One of which something cannot be read is named in `unread`, and shown
 * without that; one that breaks off is shown as far as it goes, and named in `torn`.
 */
export interface TimelineReader {
  readonly timelineOf: (plan: TrialPlan) => Promise<readonly TimelineEvent[] | null>;
  readonly unread: readonly SkippedTrial[];
  readonly torn: readonly SkippedTrial[];
  /** Why what was read of it is not all of it; empty: it is, or it was not read. */
  readonly amissOf: (plan: TrialPlan) => string;
}

/** A reader of these trials' timelines. */
export function readerOf(trials: readonly RecordedTrial[]): TimelineReader {
  const byName = new Map(trials.map((trial) => [trialName(trial.plan), trial]));
  const [unread, torn] = [new Map<string, SkippedTrial>(), new Map<string, SkippedTrial>()];
  return {
    get unread() {
      return [...unread.values()];
    },
    get torn() {
      return [...torn.values()];
    },
    async timelineOf(plan) {
      const trial = byName.get(trialName(plan));
      if (trial === undefined) return null;
      const folder = trialFolderName(trial);
      if (trial.timeline === undefined) {
        torn.set(folder, { folder, reason: "it has no timeline.jsonl" });
        return null;
      }
      const { timeline, amiss } = await readableTimeline(trial.timeline);
      if (amiss !== "") unread.set(folder, { folder, reason: amiss });
      const reason = timeline === null ? undefined : tornTimeline(timeline);
      if (reason !== undefined) torn.set(folder, { folder, reason });
      return timeline;
    },
    amissOf(plan) {
      const trial = byName.get(trialName(plan));
      const folder = trial === undefined ? "" : trialFolderName(trial);
      return [unread, torn].flatMap((found) => found.get(folder)?.reason ?? []).join("; ");
    },
  };
}
