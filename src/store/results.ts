// What was concluded, on the disk: each trial's verdict.json when it ends, run.json and the reports when the run does.
// Of a run's trials only one at a time is in memory.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import type { RunDigest } from "../core/digest.ts";
import { HarnessError } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import { runSchema } from "../records/results/run-result.ts";
import { trialResultSchema, type TrialResult } from "../records/results/trial-result.ts";
import { makeFolder } from "./make-folder.ts";
import { trialFiles } from "./run-folder.ts";
import { explainIssues, readValidated } from "./validate.ts";
import { asEnvironment, toJson, writeWhole, type WholeText } from "./whole-file.ts";

/** Writes one trial's verdict.json (plan, facts and verdict); the folder must exist. */
export async function writeTrialVerdict(runDir: string, trial: TrialResult): Promise<void> {
  const { verdict } = trialFiles(runDir, trial.plan);
  assertShape(trialResultSchema, trial, verdict);
  await asEnvironment(`cannot write ${verdict}`, () => writeWhole(verdict, toJson(trial)));
}

/** Reads it again. Throws HarnessError "bad-input" when it is not there or was changed into something else. */
export async function readTrialVerdict(runDir: string, plan: TrialPlan): Promise<TrialResult> {
  return readValidated(trialFiles(runDir, plan).verdict, trialResultSchema);
}

/** The whole of a trial whose digest is at hand. */
export type TrialOf = (plan: TrialPlan) => Promise<TrialResult>;

/** verdict.json of trials that this process wrote, and saw to that they can be read. */
interface VerdictTexts {
  readonly textOf: (plan: TrialPlan) => Promise<string>;
}

/** verdict.json as it stands. Throws HarnessError "environment" when it is not there or not whole. */
export async function readVerdictText(runDir: string, plan: TrialPlan): Promise<string> {
  const { verdict } = trialFiles(runDir, plan);
  const text = await asEnvironment(`cannot read ${verdict}`, () => readFile(verdict, "utf8"));
  if (text.startsWith("{\n") && text.endsWith("\n}\n")) return text;
  throw new HarnessError("environment", `${verdict} is not what was written there: somebody else changed it`);
}

/** Writes run.json, whole or not at all; may replace an older one. */
export async function writeResult(runDir: string, run: RunDigest, trials: TrialOf | VerdictTexts): Promise<void> {
  const file = join(runDir, "run.json");
  assertShape(runSchema, { ...run, intents: run.intents.map((intent) => ({ ...intent, trials: [] })) }, file);
  const textOf = typeof trials === "function" ? textsFrom(trials, file) : trials.textOf;
  const text = resultPieces(run, textOf);
  await asEnvironment(`cannot write the results into ${runDir}`, () => writeWhole(file, text));
}

/** Trials stand that deep in run.json. */
const trialIndent = " ".repeat(8);

/** Characters that go to the file at once: many small writes take longer than the trials take to read. */
const writtenAtOnce = 1 << 15;

/** The same text as if it were made in one go. The next trial is read while one is written. */
async function* resultPieces(run: RunDigest, textOf: VerdictTexts["textOf"]): AsyncGenerator<string> {
  const place = randomUUID();
  const intents = run.intents.map((intent) => ({ ...intent, trials: intent.trials.map(() => place) }));
  const between = toJson({ ...run, intents }).split(JSON.stringify(place));
  const plans = run.intents.flatMap(({ trials }) => trials.map(({ plan }) => plan));
  const read = (index: number): Promise<string> | undefined => {
    const plan = plans[index];
    const text = plan === undefined ? undefined : textOf(plan);
    // Thrown where it is awaited; nobody awaits the one that is ahead of a failure.
    text?.catch(() => undefined);
    return text;
  };
  let [piece, ahead] = ["", read(0)];
  for (const [index, text] of between.entries()) {
    const now = ahead;
    ahead = read(index + 1);
    piece += text;
    if (now !== undefined) piece += (await now).trimEnd().replaceAll("\n", `\n${trialIndent}`);
    if (piece.length < writtenAtOnce) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function textsFrom(trialOf: TrialOf, file: string): VerdictTexts["textOf"] {
  return async (plan) => {
    const trial = await trialOf(plan);
    assertShape(trialResultSchema, trial, file);
    return toJson(trial);
  };
}

/** Writes one report of a run, whole or not at all; may replace an older one. */
export async function writeReport(runDir: string, name: string, text: WholeText): Promise<void> {
  await asEnvironment(`cannot write the results into ${runDir}`, () => writeWhole(join(runDir, name), text));
}

/**
 * The same beside one trial's own files, its folder made if need be. Not forced onto the disk: there may be many, and
 * each can be made again from what is there.
 */
export async function writeTrialReport(
  runDir: string,
  plan: TrialPlan,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  const { dir } = trialFiles(runDir, plan);
  await asEnvironment(`cannot write the results into ${dir}`, async () => {
    await makeFolder(dir);
    await writeWhole(join(dir, name), text, { isForced: false });
  });
}

/** As it will be read: through JSON. */
function assertShape(schema: z.ZodType, value: unknown, file: string): void {
  const result = schema.safeParse(JSON.parse(JSON.stringify(value)));
  if (!result.success) throw new HarnessError("bug", `${file} would not be readable: ${explainIssues(result.error)}`);
}
