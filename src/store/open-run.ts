// A recorded run whose trials stay on the disk: run.json may be larger than any text that the engine can hold (a string
// of V8 ends at 512 MiB, ten thousand trials), so one trial of it at a time is in memory.

import { randomUUID } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { digestOf, type RunDigest, type TrialDigest } from "../core/digest.ts";
import { HarnessError, type Problem } from "../core/errors.ts";
import { trialName } from "../core/plan.ts";
import { counted } from "../core/text.ts";
import { takeElements, type ElementPlace } from "../lib/json-elements.ts";
import { isCutShort, markBytes, startsWithMark } from "../lib/json-text.ts";
import { runByTodaysNames, trialByTodaysNames } from "../records/former-names.ts";
import { runSchema } from "../records/results/run-result.ts";
import { trialResultSchema, type TrialResult } from "../records/results/trial-result.ts";
import type { TrialOf } from "./results.ts";
import { resolveRunDir } from "./run-folder.ts";
import { unfitParts } from "./run-fits.ts";
import { cannotRead, problemsIn, wrongShape } from "./validate.ts";
import { asEnvironment } from "./whole-file.ts";

/** Bytes that are read at once. */
const readAtOnce = 1 << 18;
/** Where trials are in run.json. */
const way = ["intents", "trials"];
/** More problems than these say nothing new. */
const mostProblems = 50;

/** To be closed by whoever opened it. */
export interface OpenRun {
  readonly run: RunDigest;
  /** Reads a trial again, from the file that was opened, whatever stands at its path by now. */
  readonly trialOf: TrialOf;
  /** Nothing in it has a name of an earlier build. */
  readonly isOfToday: boolean;
  readonly close: () => Promise<void>;
}

/**
 * Opens run.json of a run folder (or of `latest`), and validates all of it. Throws HarnessError "bad-input" where it is
 * not there, is no JSON, or is not what this version writes.
 */
export async function openRun(runDir: string): Promise<OpenRun> {
  const file = join(await resolveRunDir(runDir), "run.json");
  const handle = await open(file).catch((thrown: unknown) => {
    throw cannotRead(file, thrown);
  });
  try {
    return await readOpen(file, handle);
  } catch (thrown) {
    await handle.close();
    throw thrown instanceof HarnessError ? thrown : cannotRead(file, thrown);
  }
}

interface Found {
  /** By the word that stands for them in the rest. */
  readonly digests: Map<unknown, TrialDigest>;
  /** Such words, of those that are no trials. */
  readonly refused: Set<unknown>;
  readonly whole: Map<string, TrialResult>;
  readonly places: Map<string, ElementPlace>;
  readonly problems: Problem[];
  isOfToday: boolean;
}

async function readOpen(file: string, handle: FileHandle): Promise<OpenRun> {
  const mark = randomUUID();
  const found: Found = {
    digests: new Map(),
    refused: new Set(),
    whole: new Map(),
    places: new Map(),
    problems: [],
    isOfToday: true,
  };
  const before = await handle.stat({ bigint: true });
  const rest = await takeElements(chunksOf(handle), way, (text, place) => {
    const name = `${mark} ${place.at.join(" ")}`;
    addTrial(parsedPart(text), { file, place, name }, found);
    return JSON.stringify(name);
  });
  const run = withTrials(parsedPart(rest, Number(before.size)), { file, found });
  found.digests.clear();
  const { isOfToday, whole, places } = found;
  return {
    run,
    isOfToday,
    async trialOf(plan) {
      const name = trialName(plan);
      const [known, place] = [whole.get(name), places.get(name)];
      if (known !== undefined) return known;
      if (place === undefined) throw new HarnessError("bug", `no trial ${name} in this run`);
      return trialAt({ handle, file, before }, place, name);
    },
    close: () => handle.close(),
  };
}

interface About {
  readonly file: string;
  readonly place: ElementPlace;
  readonly name: string;
}

function addTrial(value: unknown, { file, place, name }: About, found: Found): void {
  const named = trialByTodaysNames(value);
  if (named !== value) found.isOfToday = false;
  const read = trialResultSchema.safeParse(named);
  if (read.success) {
    found.digests.set(name, digestOf(read.data));
    found.places.set(trialName(read.data.plan), place);
    return;
  }
  found.refused.add(name);
  const [intent, trial] = place.at;
  addProblems(file, read.error, { into: found.problems, below: ["intents", intent ?? 0, "trials", trial ?? 0] });
}

interface Into {
  readonly into: Problem[];
  readonly below: readonly (string | number)[];
}

function addProblems(file: string, error: z.ZodError, { into, below }: Into): void {
  into.push(...problemsIn(file, error, below).slice(0, Math.max(0, mostProblems - into.length)));
}

/**
 * The run with its trials' digests. Those that were not taken, below a key that is written with escapes, are whole in
 * memory; what is no trial is refused by the run's schema.
 */
function withTrials(value: unknown, { file, found }: Pick<About, "file"> & { readonly found: Found }): RunDigest {
  const taken: TrialDigest[][] = [];
  const intents = listIn(value, "intents").map((intent, index) => {
    const all = listIn(intent, "trials").filter((name) => !found.refused.has(name));
    const own = all.map((name) => found.digests.get(name) ?? { untaken: name });
    taken[index] = own.flatMap((one) => ("untaken" in one ? [] : one));
    if (listIn(intent, "trials").length === 0) return intent;
    return { ...(intent as object), trials: own.flatMap((one) => ("untaken" in one ? [one.untaken] : [])) };
  });
  const named = runByTodaysNames(intents.length === 0 ? value : { ...(value as object), intents });
  const read = runSchema.safeParse(named);
  if (!read.success) addProblems(file, read.error, { into: found.problems, below: [] });
  if (!read.success || found.problems.length > 0) throw wrongShape(file, found.problems);
  const whole = read.data.intents.flatMap(({ trials }) => trials);
  if (whole.length > 0) found.isOfToday = false;
  for (const trial of whole) found.whole.set(trialName(trial.plan), trial);
  const run = {
    ...read.data,
    intents: read.data.intents.map((intent, index) => ({
      ...intent,
      trials: [...(taken[index] ?? []), ...intent.trials.map(digestOf)],
    })),
  };
  const unfit = unfitParts(file, run).slice(0, mostProblems);
  if (unfit.length > 0) throw wrongShape(file, unfit);
  return run;
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list: unknown =
    typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  return Array.isArray(list) ? list : [];
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(readAtOnce);
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    // In the place of a byte order mark, so that all others keep their places.
    if (at === 0 && startsWithMark(buffer.subarray(0, bytesRead))) buffer.fill(" ", 0, markBytes.length);
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * What a parser says of a part, without its places: they are none of the file's. `bytes`: the file's length, where the
 * part reaches to its end.
 */
function parsedPart(text: string, bytes?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    const isShort = bytes !== undefined && isCutShort(text, thrown);
    throw new SyntaxError(isShort ? `it ends after ${counted(bytes, "byte")}` : "it is no JSON", { cause: thrown });
  }
}

interface Opened {
  readonly handle: FileHandle;
  readonly file: string;
  /** How the file was, so that it shows when somebody writes into it. */
  readonly before: BigIntStats;
}

/** It was validated when the run was opened; all that can have happened since is that somebody wrote into the file. */
async function trialAt({ handle, file, before }: Opened, place: ElementPlace, name: string): Promise<TrialResult> {
  const buffer = Buffer.allocUnsafe(place.to - place.from);
  const { bytesRead, now } = await asEnvironment(`cannot read ${file}`, async () => ({
    ...(await handle.read(buffer, 0, buffer.length, place.from)),
    now: await handle.stat({ bigint: true }),
  }));
  const isAsItWas = bytesRead === buffer.length && now.size === before.size && now.mtimeNs === before.mtimeNs;
  const read = trialResultSchema.safeParse(trialByTodaysNames(isAsItWas ? parsed(buffer.toString("utf8")) : undefined));
  if (read.success && trialName(read.data.plan) === name) return read.data;
  throw new HarnessError("environment", `${file} is not what it was when it was opened: somebody else changed it`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
