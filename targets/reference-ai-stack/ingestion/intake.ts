// Takes what lies in the sources' folders: each finished file is a batch. Its bytes are copied and synced before the
// ledger names it, and only then it leaves the source's folder, so that no crash loses one; one that comes twice counts
// once. A name that begins with a dot is being written.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isOfTheDisk, watchDisk } from "../common/disk.ts";
import { heldAmong, heldSince, release, type Held } from "./holds.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { refuseBeyond } from "./room.ts";

/** Longest file that is taken, bytes. */
const MOST_BYTES = 4 * 1024 * 1024;
const SOURCE_NAME = /^[a-z][a-z0-9-]{0,60}$/;
const BATCH_NAME = /^[\w-][\w.-]{0,150}$/;

export interface Intake {
  /**
   * Takes everything that is there now and is not held, the oldest first. Where the disk refuses one, it and all behind
   * it stay where they lie.
   */
  readonly scan: () => readonly Batch[];
  /** Why the disk takes nothing of what lies there; null: it does, or nothing lies there. */
  readonly refused: () => string | null;
  readonly held: () => readonly Held[];
  /** How long the oldest has lain there that may be taken, ms; 0: none does. */
  readonly longestMs: () => number;
  /** What lies in a source and may be taken from there. */
  readonly lying: (source: string) => readonly Lying[];
  /** Lets go of a source that nobody holds any more; throws {@link Refused} where somebody does. */
  readonly release: (source: string) => void;
  /** The bytes of a batch. */
  readonly content: (batch: Batch) => Buffer;
  /** The same; undefined: they are not kept any more. */
  readonly kept: (batch: Batch) => Buffer | undefined;
  /** Its bytes are kept no longer. Harmless where they are not. */
  readonly letGo: (batch: Batch) => void;
  /** Puts a batch into the folder of a source, as a producer does, and on the disk. */
  readonly put: (source: string, batch: string, content: string) => void;
  /** Where a source's files arrive. */
  readonly folder: (source: string) => string;
}

/** A batch that nobody has taken yet. */
interface Lying {
  /** Another one where its bytes may be others. */
  readonly key: string;
  /** undefined: it lies there no more. */
  readonly content: () => Buffer | undefined;
}

export interface IntakeParts {
  readonly sourcesDir: string;
  /** Where the copies lie. */
  readonly dir: string;
  /** It holds at most so much, bytes. */
  readonly roomBytes: number;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Hears of what was passed over: twice the same, or no batch at all. */
  readonly onPassed: (why: "duplicate" | "oversized", source: string) => void;
}

export function openIntake({ sourcesDir, dir, roomBytes, ledger, now, onPassed }: IntakeParts): Intake {
  mkdirSync(sourcesDir, { recursive: true });
  const copyOf = ({ source, hash }: Pick<Batch, "source" | "hash">): string => join(dir, "taken", source, hash);
  const takeFile = (source: string, name: string): Batch | null => {
    const file = join(sourcesDir, source, name);
    if (statSync(file).size > MOST_BYTES) {
      moveAside(file, join(dir, "oversized", source, name));
      onPassed("oversized", source);
      return null;
    }
    const content = readFileSync(file);
    const hash = createHash("sha256").update(content).digest("hex");
    const known = ledger.find(source, name);
    const copy = copyOf({ source, hash });
    // One that came before is not written again: its copy lies there, or was let go of.
    if (known?.hash !== hash && !existsSync(copy)) {
      refuseBeyond(dir, roomBytes, content.length);
      writeSynced(copy, content);
    }
    const batch = ledger.take({ source, batch: name, hash, arrivedMs: now() });
    if (batch === null && known?.hash === hash) onPassed("duplicate", source);
    rmSync(file, { force: true });
    if (batch !== null && ledger.source(source).isQuarantined) ledger.setState(batch.seq, "quarantined");
    return batch;
  };
  const disk = watchDisk();
  const longestMs = (): number => Math.max(0, ...waiting(sourcesDir).map(({ at }) => Math.round(now() - at)));
  return {
    scan() {
      const taken: Batch[] = [];
      for (const { source, name } of waiting(sourcesDir)) {
        try {
          const batch = disk.during(() => takeFile(source, name), Boolean);
          if (batch !== null) taken.push(batch);
        } catch (error) {
          // Nothing overtakes it: there is one order.
          if (isOfTheDisk(error)) break;
          throw error;
        }
      }
      return taken;
    },
    refused: () => (waiting(sourcesDir).length === 0 ? null : (disk.says().writeRefused ?? null)),
    held: () => heldAmong(sourcesIn(sourcesDir), { sourcesDir, isBatch: (name) => BATCH_NAME.test(name), at: now() }),
    longestMs,
    lying: (source) => lyingIn(join(sourcesDir, source)),
    release: (source) => release(sourcesDir, source, now()),
    content: (batch) => readFileSync(copyOf(batch)),
    kept: (batch) => readIfThere(copyOf(batch)),
    letGo: (batch) => rmSync(copyOf(batch), { force: true }),
    put: (source, batch, content) => writeSynced(join(sourcesDir, source, batch), Buffer.from(content)),
    folder: (source) => join(sourcesDir, source),
  };
}

function lyingIn(folder: string): readonly Lying[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const found = BATCH_NAME.test(name) ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (found?.isFile() !== true || found.size > MOST_BYTES) return [];
    return [{ key: `${file} ${found.ino} ${found.size} ${found.mtimeMs}`, content: () => readIfThere(file) }];
  });
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Finished files of all sources that nobody holds, the oldest first. */
function waiting(
  sourcesDir: string,
): readonly { readonly source: string; readonly name: string; readonly at: number }[] {
  const sources = sourcesIn(sourcesDir).filter((source) => heldSince(sourcesDir, source) === undefined);
  const files = sources.flatMap((source) =>
    readdirSync(join(sourcesDir, source), { withFileTypes: true })
      .filter((entry) => entry.isFile() && BATCH_NAME.test(entry.name))
      // One that its producer calls back meanwhile is there no more.
      .flatMap(({ name }) => {
        const at = statSync(join(sourcesDir, source, name), { throwIfNoEntry: false })?.mtimeMs;
        return at === undefined ? [] : [{ source, name, at }];
      }),
  );
  return files.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
}

function sourcesIn(sourcesDir: string): readonly string[] {
  return readdirSync(sourcesDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && SOURCE_NAME.test(entry.name))
    .map(({ name }) => name);
}

/** Writes beside it, syncs and renames: whoever reads finds all of it or nothing. */
export function writeSynced(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = join(dirname(file), `.${process.pid}-${createHash("sha256").update(file).digest("hex").slice(0, 16)}`);
  const handle = openSync(fresh, "w");
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}

function moveAside(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(file, to);
}
