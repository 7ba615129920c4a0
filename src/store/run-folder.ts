// Where a run lives on disk: reports/<run-id>/ with its trials.

import { armNames } from "../core/arms.ts";
import { lstat, mkdir, readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { trialName } from "../core/plan.ts";
import { HarnessError, reasonOf } from "../core/errors.ts";
import { fileTrouble } from "../lib/fs.ts";
import { planByTodaysNames } from "../records/former-names.ts";
import { intentIdSchema, runIdSchema } from "../records/parts.ts";
import { planSchema, type TrialPlan } from "../records/plan.ts";
import { makeFolder } from "./make-folder.ts";
import { readValidated } from "./validate.ts";
import { asEnvironment, toJson, writeWhole } from "./whole-file.ts";

/** An existing run folder. */
export interface RunFolder {
  readonly runId: string;
  /** Absolute. */
  readonly dir: string;
}

/** An existing trial folder and the files that belong in it (absolute; they need not exist yet). */
export interface TrialFolder {
  readonly dir: string;
  readonly plan: string;
  readonly undo: string;
  readonly timeline: string;
  readonly verdict: string;
}

const trialFileNames: ReadonlySet<string> = new Set(["plan.json", "timeline.jsonl", "undo.jsonl", "verdict.json"]);

/** Leads to the newest whole run: see latest.ts. */
export const latestName = "latest";
/** The next such link, as long as it is not in its place: within the folder of the run that it leads to. */
export const latestDraftName = `.${latestName}`;
/** What is kept of all runs, in a row a trial: see history/. */
export const historyName = "history";

/** True for names that a run folder may have. */
export function isRunName(name: string): boolean {
  return runIdSchema.safeParse(name).success;
}

/**
 * Makes `<outDir>/<runId>/`; throws `environment` when it exists or cannot be made, `bug` on an id that is no plain
 * name.
 */
export async function createRunFolder(outDir: string, runId: string): Promise<RunFolder> {
  if (!isRunName(runId)) throw new HarnessError("bug", `not a run id: ${runId}`);
  const dir = resolve(outDir, runId);
  await asEnvironment(`cannot create the run folder ${dir}`, async () => {
    await makeFolder(resolve(outDir));
    await mkdir(dir);
    await mkdir(join(dir, "trials"));
  });
  return { runId, dir };
}

/** Makes the trial's folder `trials/<intent>/<arm>-<n>/` and writes its plan.json. */
export async function trialFolder(run: RunFolder, plan: TrialPlan): Promise<TrialFolder> {
  const folder = trialFiles(run.dir, plan);
  await asEnvironment(`cannot create the trial folder ${folder.dir}`, async () => {
    await makeFolder(folder.dir);
    await writeWhole(folder.plan, toJson(plan));
  });
  return folder;
}

/** Where a trial's files are in a run folder; touches nothing. */
export function trialFiles(runDir: string, plan: Pick<TrialPlan, "intent" | "arm" | "index">): TrialFolder {
  if (!intentIdSchema.safeParse(plan.intent).success) throw new HarnessError("bug", `not an intent id: ${plan.intent}`);
  const dir = join(resolve(runDir), "trials", ...plan.intent.split("/"), `${plan.arm}-${plan.index}`);
  const file = (name: string): string => join(dir, name);
  return {
    dir,
    plan: file("plan.json"),
    undo: file("undo.jsonl"),
    timeline: file("timeline.jsonl"),
    verdict: file("verdict.json"),
  };
}

/**
 * A trial of a run folder, by its plan and where its timeline is; undefined when it left none: nothing was seen, so
 * nothing can pass.
 */
export interface RecordedTrial {
  readonly plan: TrialPlan;
  readonly timeline: string | undefined;
}

/**
 * The trials of a run folder: those that can be read, ordered by intent, arm and number; of the others their folder,
 * and why not.
 */
export interface RecordedTrials {
  readonly trials: readonly RecordedTrial[];
  readonly skipped: readonly SkippedTrial[];
}

/** A trial that cannot be judged: its folder below `trials/`, and why not. */
export interface SkippedTrial {
  readonly folder: string;
  readonly reason: string;
}

/**
 * Every trial folder; one without a whole plan (a crash in the midst of writing it) is skipped, and so is one with the
 * plan of another: no trial counts twice. Where a plan is one of
 * those that are known already, it is that very object. Rejects when there is no folder of trials.
 */
export async function recordedTrials(runDir: string, known: readonly TrialPlan[] = []): Promise<RecordedTrials> {
  const byName = new Map(known.map((plan) => [trialName(plan), plan]));
  const root = join(await resolveRunDir(runDir), "trials");
  const entries = await readdir(root, { recursive: true }).catch((error: unknown) => {
    throw new HarnessError("bad-input", `no trials in ${runDir}: ${fileTrouble(error)}`, {
      hint: "give the folder of one run, for example reports/latest",
      cause: error,
    });
  });
  const trials: RecordedTrial[] = [];
  const skipped: SkippedTrial[] = [];
  const folders = new Set(entries.filter((path) => trialFileNames.has(basename(path))).map((path) => dirname(path)));
  for (const folder of [...folders].toSorted()) {
    const file = (name: string): string => join(root, folder, name);
    try {
      const read: TrialPlan = await readValidated(file("plan.json"), planSchema, planByTodaysNames);
      if (trialFiles(dirname(root), read).dir !== join(root, folder)) {
        skipped.push({ folder, reason: `its plan.json is of another trial, ${trialName(read)}` });
        continue;
      }
      const same = byName.get(trialName(read));
      const plan = isDeepStrictEqual(same, read) ? (same ?? read) : read;
      trials.push({ plan, timeline: (await isThere(file("timeline.jsonl"))) ? file("timeline.jsonl") : undefined });
    } catch (thrown) {
      skipped.push({ folder, reason: (await isThere(file("plan.json"))) ? reasonOf(thrown) : "it has no plan.json" });
    }
  }
  return { trials: trials.toSorted((a, b) => compareTrials(a.plan, b.plan)), skipped };
}

/** The folder that a path given by the user means: itself, or where a `latest` text file leads. */
export async function resolveRunDir(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw new HarnessError("bad-input", `no run folder at ${path}`, { cause: error });
  });
  if (found.isDirectory()) return resolve(path);
  const name = basename(path) === latestName && found.size <= 200 ? (await readFile(path, "utf8")).trim() : "";
  const target = resolve(dirname(path), name);
  const leads =
    isRunName(name) &&
    (await lstat(target)
      .then((it) => it.isDirectory())
      .catch(() => false));
  if (!leads) throw new HarnessError("bad-input", `${path} is not a run folder`);
  return target;
}

function compareTrials(a: TrialPlan, b: TrialPlan): number {
  if (a.intent !== b.intent) return a.intent < b.intent ? -1 : 1;
  return armNames.indexOf(a.arm) - armNames.indexOf(b.arm) || a.index - b.index;
}

async function isThere(file: string): Promise<boolean> {
  return stat(file)
    .then(() => true)
    .catch(() => false);
}
