// One at a time: the watchdog and `rebound restore` never work on the same run folder together, nor two prunes on one
// history. The lock names its owner by pid and start time, so that a dead owner's lock is nobody's.

import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HarnessError } from "../core/errors.ts";
import { isAbsent, isCode } from "../lib/fs.ts";

const ownerSchema = z.object({ pid: z.number().int().positive(), startTime: z.string() });
/** Who works on a run folder. */
export type LockOwner = z.infer<typeof ownerSchema>;

/** The lock, or whose it is. */
export type Locked =
  | { readonly taken: true; readonly release: () => Promise<void> }
  | { readonly taken: false; readonly owner: LockOwner };

/** Asks the process table; see `startTimeOf`. */
export type StartTimeOf = (pid: number) => Promise<string | undefined>;

/** What is done under a lock; each has its own in a folder. */
type LockName = "restore" | "prune";

/** Others may come and go between our looks; more often than this it is no coincidence. */
const mostTries = 50;

/**
 * Takes the lock of a folder, also from an owner that is dead. A folder that is gone needs no lock.
 * Throws HarnessError "environment" when it cannot be written.
 *
 * The lock is the file `<name>.lock.<n>` with the highest number; it changes hands by making the next one, which only
 * one can. The highest is never removed, so that nobody can make a number again that others have already gone past.
 */
export async function takeLock(
  dir: string,
  me: LockOwner,
  startTimeOf: StartTimeOf,
  name: LockName = "restore",
): Promise<Locked> {
  const lock = { dir, name };
  const draft = draftOf(lock);
  try {
    await writeFile(draft, JSON.stringify(me), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if (isAbsent(cause)) return { taken: true, release: () => Promise.resolve() };
    throw new HarnessError("environment", `cannot lock ${dir}`, { cause });
  }
  try {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const [highest = 0] = await generations(lock);
      const owner = highest === 0 ? undefined : await livingOwner(pathOf(lock, highest), startTimeOf);
      if (owner !== undefined) return { taken: false, owner };
      if (await makeNext(lock, draft, highest + 1)) return { taken: true, release: () => release(lock, highest + 1) };
    }
    throw new HarnessError("environment", `cannot lock ${dir}: its lock keeps changing hands`);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Who works on the run folder right now; undefined when nobody alive does. */
export async function lockOwner(runDir: string, startTimeOf: StartTimeOf): Promise<LockOwner | undefined> {
  const lock: Lock = { dir: runDir, name: "restore" };
  const [highest] = await generations(lock);
  return highest === undefined ? undefined : livingOwner(pathOf(lock, highest), startTimeOf);
}

interface Lock {
  readonly dir: string;
  readonly name: LockName;
}

/** True when this number is now ours and the highest; the lower ones are removed. */
async function makeNext(lock: Lock, draft: string, next: number): Promise<boolean> {
  try {
    // Whole or not at all: the content is written before the name is there.
    await link(draft, pathOf(lock, next));
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
  const [highest, ...lower] = await generations(lock);
  const ours = highest === next;
  for (const old of ours ? lower : [next]) await rm(pathOf(lock, old), { force: true });
  return ours;
}

/** Our number stays, as nobody's. */
async function release(lock: Lock, mine: number): Promise<void> {
  const draft = draftOf(lock);
  await writeFile(draft, JSON.stringify({ free: true }), { flag: "wx", mode: 0o600 });
  await rename(draft, pathOf(lock, mine));
}

/** Numbers of the locks that there are, highest first. */
async function generations({ dir, name }: Lock): Promise<readonly number[]> {
  const files = await readdir(dir).catch(() => []);
  const prefix = `${name}.lock.`;
  return files
    .map((file) => (file.startsWith(prefix) && /^\d+$/.test(file.slice(prefix.length)) ? file.slice(prefix.length) : 0))
    .map(Number)
    .filter((number) => number > 0)
    .sort((a, b) => b - a);
}

async function livingOwner(path: string, startTimeOf: StartTimeOf): Promise<LockOwner | undefined> {
  const owner = parse(await readFile(path, "utf8").catch(() => ""));
  return owner !== undefined && (await startTimeOf(owner.pid)) === owner.startTime ? owner : undefined;
}

function pathOf({ dir, name }: Lock, number: number): string {
  return join(dir, `${name}.lock.${number}`);
}

function draftOf({ dir, name }: Lock): string {
  return join(dir, `${name}.draft-${randomUUID()}`);
}

function parse(text: string): LockOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
