// What lies in the sources' folders. A name that begins with a dot is being written, but for those that the intake gives
// itself: what it has read it renames before it removes it, and so removes nothing that its producer put there meanwhile.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { heldSince } from "./holds.ts";

const SOURCE_NAME = /^[a-z][a-z0-9-]{0,60}$/;
const BATCH_NAME = /^[\w-][\w.-]{0,150}$/;
/** A file that the intake has renamed, and its name before that. */
const OWN_NAME = /^\.taking-[0-9a-f]{8}-(.+)$/;

/** A finished file that nobody holds. */
export interface Waiting {
  readonly source: string;
  /** Its name as its producer gave it. */
  readonly name: string;
  readonly file: string;
  /** When it was put there, ms since 1970. */
  readonly at: number;
}

/** A batch that nobody has taken yet. */
export interface Lying {
  /** Another one where its bytes may be others. */
  readonly key: string;
  /** undefined: it lies there no more. */
  readonly content: () => Buffer | undefined;
}

/** The name of the batch in a file of that name; undefined: it is none, or not finished. */
export function batchIn(file: string): string | undefined {
  const name = OWN_NAME.exec(file)?.[1] ?? file;
  return BATCH_NAME.test(name) ? name : undefined;
}

export function sourcesIn(sourcesDir: string): readonly string[] {
  return readdirSync(sourcesDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && SOURCE_NAME.test(entry.name))
    .map(({ name }) => name);
}

/** Finished files of all sources that nobody holds, the oldest first. */
export function waitingIn(sourcesDir: string): readonly Waiting[] {
  const sources = sourcesIn(sourcesDir).filter((source) => heldSince(sourcesDir, source) === undefined);
  const files = sources.flatMap((source) =>
    readdirSync(join(sourcesDir, source), { withFileTypes: true }).flatMap((entry) => {
      const name = batchIn(entry.name);
      const file = join(sourcesDir, source, entry.name);
      // One that its producer calls back meanwhile is there no more.
      const at = entry.isFile() ? statSync(file, { throwIfNoEntry: false })?.mtimeMs : undefined;
      return at === undefined || name === undefined ? [] : [{ source, name, file, at }];
    }),
  );
  return files.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
}

/** Batches of one source, of at most so many bytes each. */
export function lyingIn(folder: string, mostBytes: number): readonly Lying[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const found = batchIn(name) === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size > mostBytes) return [];
    return [{ key: `${file} ${found.ino} ${found.size} ${found.mtimeMs}`, content: () => readIfThere(file) }];
  });
}

/** Gives a file that is looked at a name of ours, under which no producer puts another one; undefined: it is gone. */
export function claim({ file, name }: Waiting): string | undefined {
  const own = join(dirname(file), `.taking-${randomUUID().slice(0, 8)}-${name}`);
  try {
    renameSync(file, own);
    return own;
  } catch (error) {
    // Its producer has called it back.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes the file whose bytes these are. Where its producer has put another one there, that one is taken next. */
export function removeRead(waiting: Waiting, content: Buffer): void {
  const own = claim(waiting);
  if (own !== undefined && readFileSync(own).equals(content)) rmSync(own);
}

export function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
