// What a run keeps of itself before its first trial: what it was meant to do, and each of its intents as it was
// written. So a run that is killed before it can write run.json can still be judged and shown, from its trials alone.

import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { begunSchema, keptIntentSchema, type Begun, type KeptIntent } from "../records/begun.ts";
import { makeFolder } from "./make-folder.ts";
import { asEnvironment, writeJson } from "./whole-file.ts";
import { type RunFolder } from "./run-folder.ts";
import { explainIssues } from "./validate.ts";
import { isAbsent } from "../lib/fs.ts";
import { parseJson } from "../lib/json-text.ts";

const beginFile = "begun.json";
const intentsFolder = "intents";

/** Writes both, through to the disk. Throws HarnessError "environment" when it cannot: then nothing has begun. */
export async function writeBegun(run: RunFolder, begun: Begun, intents: readonly KeptIntent[]): Promise<void> {
  await asEnvironment(`cannot write into ${run.dir}`, async () => {
    for (const intent of intents) {
      const file = join(run.dir, intentsFolder, `${intent.id}.json`);
      await makeFolder(dirname(file));
      await writeJson(file, intent);
    }
    await writeJson(join(run.dir, beginFile), begun);
  });
}

/** What a run kept of itself, as far as it can be read; `unread` names what cannot, and why. */
export interface KeptRun {
  readonly begun?: Begun;
  readonly intents: readonly KeptIntent[];
  readonly unread: readonly string[];
}

/** Never rejects: runs of earlier versions kept nothing, and a file may be half written. */
export async function readBegun(runDir: string): Promise<KeptRun> {
  const unread: string[] = [];
  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T[]> => {
    try {
      const parsed = schema.safeParse(parseJson(await readFile(join(runDir, name), "utf8")));
      if (parsed.success) return [parsed.data];
      unread.push(`${name}: ${explainIssues(parsed.error)}`);
    } catch (thrown) {
      if (!isAbsent(thrown)) unread.push(`${name}: ${messageOf(thrown)}`);
    }
    return [];
  };
  const [begun] = await read(beginFile, begunSchema);
  const below = await readdir(join(runDir, intentsFolder), { recursive: true, withFileTypes: true }).catch(() => []);
  const names = below
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => relative(runDir, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
  const intents: KeptIntent[] = [];
  for (const name of names) intents.push(...(await read(name, keptIntentSchema)));
  return { ...(begun && { begun }), intents, unread };
}
