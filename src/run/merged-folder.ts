// The folder of a merged run: made, filled from the runs that it is put together of, or taken away again.

import { cp, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { RunDigest } from "../core/digest.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import { readBegun, writeBegun } from "../store/begun.ts";
import { writeTrialVerdict } from "../store/results.ts";
import { openRun } from "../store/open-run.ts";
import { createRunFolder, trialFiles, type RunFolder } from "../store/run-folder.ts";
import { asEnvironment } from "../store/whole-file.ts";
import type { IntentMeta, RunMeta } from "./finish-run.ts";

/** A run folder that was read. */
export interface Part {
  readonly dir: string;
  readonly run: RunDigest;
  readonly intents: readonly IntentMeta[];
}

async function isPath(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Throws HarnessError "bad-input" when the folder is there: no result is put over another. */
export async function newFolder(runId: string, out: string): Promise<RunFolder> {
  const dir = resolve(out, runId);
  const isThere = await isPath(dir);
  if (isThere) {
    const isWhole = await isPath(join(dir, "run.json"));
    const what = isWhole ? "these runs were merged before" : "a merge of these runs broke off";
    throw new HarnessError("bad-input", `${dir} is there already: ${what}`, {
      hint: "give another --out, or take that folder away yourself",
    });
  }
  return createRunFolder(out, runId);
}

/** What this merge made, and nobody else has seen. */
export async function takeAway({ dir }: RunFolder): Promise<void> {
  await asEnvironment(`cannot take away ${dir}`, () => rm(dir, { recursive: true, force: true }));
}

/** A part of which something could not be copied. */
export class UncopiedPart extends HarnessError {
  readonly part: Part;

  constructor(part: Part, cause: unknown) {
    super("environment", messageOf(cause), { cause });
    this.part = part;
  }
}

/** Trials as they are, with their verdicts as they were read. Throws UncopiedPart. */
export async function copyPart(part: Part, folder: RunFolder): Promise<void> {
  const { dir, run } = part;
  const { trialOf, close } = await openRun(dir).catch((thrown: unknown) => {
    throw uncopied(part, thrown);
  });
  try {
    for (const { plan } of run.intents.flatMap(({ trials }) => trials)) {
      const [from, to] = [trialFiles(dir, plan), trialFiles(folder.dir, plan)];
      await asEnvironment(`cannot copy ${from.dir}`, () => cp(from.dir, to.dir, { recursive: true }));
      await writeTrialVerdict(folder.dir, await trialOf(plan));
    }
  } catch (thrown) {
    throw uncopied(part, thrown);
  } finally {
    await close();
  }
}

function uncopied(part: Part, thrown: unknown): unknown {
  return thrown instanceof HarnessError && thrown.code !== "bug" ? new UncopiedPart(part, thrown) : thrown;
}

interface Joined {
  readonly parts: readonly Part[];
  readonly intents: readonly IntentMeta[];
}

/** Before anything is copied: what a killed merge leaves says what it was to be. */
export async function keepBegun(folder: RunFolder, meta: RunMeta, { parts, intents }: Joined): Promise<void> {
  const { runId, suite, startedAt, seed, planned, machine, harness } = meta;
  const kept = await Promise.all(parts.map(({ dir }) => readBegun(dir)));
  const begun = { runId, suite, startedAt, seed, planned, machine, harness, intents: intents.map(({ id }) => id) };
  const known = new Set(begun.intents);
  const ofThese = kept.flatMap((part) => part.intents).filter(({ id }) => known.has(id));
  await writeBegun(folder, { schemaVersion: 1, ...begun }, ofThese);
}
