// What lies in the sources' folders. A name that begins with a dot is being written, but for those that the intake
// gives itself: what it has read it renames before it removes it, and so removes nothing that its producer put there
// meanwhile.
import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { entriesIn, isAbsent, readIfThere, statIfThere, troubleIn } from "./folders.ts";
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
  return entriesIn(sourcesDir)
    .filter((entry) => entry.isDirectory() && SOURCE_NAME.test(entry.name))
    .map(({ name }) => name);
}

/** Finished files of all sources that nobody holds, the oldest first. */
export function waitingIn(sourcesDir: string): readonly Waiting[] {
  const sources = sourcesIn(sourcesDir).filter((source) => heldSince(sourcesDir, source) === undefined);
  const files = sources.flatMap((source) =>
    entriesIn(join(sourcesDir, source)).flatMap((entry) => {
      const name = batchIn(entry.name);
      const file = join(sourcesDir, source, entry.name);
      // One that its producer calls back meanwhile is there no more.
      const at = entry.isFile() ? statIfThere(file)?.mtimeMs : undefined;
      return at === undefined || name === undefined ? [] : [{ source, name, file, at }];
    }),
  );
  return files.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
}

/** Batches of one source, of at most so many bytes each. */
export function lyingIn(folder: string, mostBytes: number): readonly Lying[] {
  return entriesIn(folder).flatMap(({ name }) => {
    const file = join(folder, name);
    const found = batchIn(name) === undefined ? undefined : statIfThere(file);
    if (found?.isFile() !== true || found.size > mostBytes) return [];
    return [{ key: `${file} ${found.ino} ${found.size} ${found.mtimeMs}`, content: () => readIfThere(file) }];
  });
}

/** The bytes of a file that is taken; undefined: its producer has called it back. Throws where nobody can read it. */
export function readUnlessGone(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Something in the folders of the sources that is never taken as it lies there. */
export interface Untaken {
  readonly source: string;
  /** Its name; empty: the folder itself. */
  readonly batch: string;
  readonly says: string;
}

/** What lies there under names that nothing is taken under, what is no file, and folders that cannot be looked at. */
export function strangeIn(sourcesDir: string): readonly Untaken[] {
  const sources = sourcesIn(sourcesDir);
  const all = entriesIn(sourcesDir).filter(({ name }) => !name.startsWith("."));
  const strange = all.filter(({ name }) => !sources.includes(name));
  const within = sources.flatMap((source) =>
    entriesIn(join(sourcesDir, source))
      .filter((entry) => !entry.name.startsWith(".") && (!entry.isFile() || batchIn(entry.name) === undefined))
      .map((entry) => ({
        source,
        batch: entry.name,
        says: entry.isFile() ? `no name of a batch; expected ${BATCH_NAME.source}` : "no file",
      })),
  );
  const closed = sources.flatMap((source) => {
    const says = troubleIn(join(sourcesDir, source));
    return says === undefined ? [] : [{ source, batch: "", says }];
  });
  const says = `no folder with a name of a source; expected ${SOURCE_NAME.source}`;
  return [...strange.map(({ name }) => ({ source: name, batch: "", says })), ...closed, ...within];
}

/** Gives a file that is looked at a name of ours, under which no producer puts another one; undefined: it is gone. */
export function claim({ file, name }: Waiting): string | undefined {
  const own = join(dirname(file), `.taking-${randomUUID().slice(0, 8)}-${name}`);
  try {
    renameSync(file, own);
    return own;
  } catch (error) {
    // Its producer has called it back.
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Removes the file whose bytes these are. Where its producer has put another one there, that one is taken next. */
export function removeRead(waiting: Waiting, content: Buffer): void {
  const own = claim(waiting);
  if (own !== undefined && readFileSync(own).equals(content)) rmSync(own);
}
