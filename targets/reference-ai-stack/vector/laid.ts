// What is laid beside a record store for its replica to take: whole or not at all, and each time under a name of its
// own, so that nobody takes what another one laid meanwhile. What nobody took, because its maker or its
// replica was ended, is removed before anything of its kind is laid again, and when the replica is opened.
import { randomUUID } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { syncFile } from "./snapshot.ts";

const KINDS = ["missing", "reembedded"] as const;
type LaidKind = (typeof KINDS)[number];

/** Behind the name of what its replica is just taking. */
const TAKING = ".taking";

/** What was laid, as its replica is told of it. */
export const laidSchema = z.uuid();

function fileOf(records: string, kind: LaidKind, laid: string): string {
  return `${records}.${kind}-${laid}`;
}

/** Has `write` make the file, and returns by which name it is taken. Rejects with nothing laid. */
export async function lay(
  records: string,
  kind: LaidKind,
  write: (draft: string) => Promise<void> | void,
): Promise<string> {
  await removeUntaken(records, kind);
  const laid = randomUUID();
  const file = fileOf(records, kind, laid);
  const draft = `${file}.draft`;
  try {
    await write(draft);
    await syncFile(draft);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return laid;
}

/** Hands the file to `take`; whatever comes of it, nobody takes it again. Rejects where none was laid by that name. */
export async function takeLaid<Taken>(
  records: string,
  kind: LaidKind,
  laid: string,
  take: (file: string) => Promise<Taken> | Taken,
): Promise<Taken> {
  const file = fileOf(records, kind, laid);
  const taking = `${file}${TAKING}`;
  if (!existsSync(file)) throw new Error(`nothing was laid at ${file}`);
  // At once: it is nobody else's from here on.
  renameSync(file, taking);
  try {
    return await take(taking);
  } finally {
    await rm(taking, { force: true });
  }
}

/** Removes all that was laid, half-made, whole or half taken. In the replica's turn, while it takes nothing. */
export async function removeLaid(records: string): Promise<void> {
  for (const file of await beside(records, KINDS)) await rm(file, { force: true });
}

/** The same, but for what its replica is taking now. */
export async function removeUntaken(records: string, kind: LaidKind): Promise<void> {
  for (const file of await beside(records, [kind])) if (!file.endsWith(TAKING)) await rm(file, { force: true });
}

async function beside(records: string, kinds: readonly LaidKind[]): Promise<readonly string[]> {
  const dir = dirname(records);
  const starts = kinds.map((kind) => `${basename(records)}.${kind}`);
  const names = (await readdir(dir)).filter((name) => starts.some((start) => name.startsWith(start)));
  return names.map((name) => join(dir, name));
}
