// Takes what lies in the sources' folders: each finished file is a batch. Its bytes are copied and synced before the
// ledger names it, and only then it leaves the source's folder, so that no crash loses one; one that comes twice counts
// once.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { putAside } from "./aside.ts";
import { isOfTheDisk, watchDisk } from "../common/disk.ts";
import { messageOf } from "../common/log.ts";
import { heldAmong, release, type Held } from "./holds.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { readIfThere, statIfThere } from "./folders.ts";
import { batchIn, lyingIn, readUnlessGone, removeRead, sourcesIn, strangeIn, waitingIn } from "./lying.ts";
import type { Lying, Untaken, Waiting } from "./lying.ts";
import { fits, refuseBeyond } from "./room.ts";
import { writeSynced } from "./write-synced.ts";

/** Longest file that is taken, bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface Intake {
  /**
   * Takes everything that is there now and is not held, the oldest first. Where the disk refuses one, it and all behind
   * it stay where they lie; one that cannot be taken for another reason stays alone. Never throws.
   */
  readonly scan: () => readonly Batch[];
  /** Why the disk takes nothing of what lies there; null: it does, or nothing lies there. */
  readonly refused: () => string | null;
  /** What lies there and is not taken, though nobody holds it and the disk refuses nothing. */
  readonly untaken: () => readonly Untaken[];
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

export interface IntakeParts {
  readonly sourcesDir: string;
  /** Where the copies lie. */
  readonly dir: string;
  /** All copies together hold at most so much, bytes. */
  readonly roomBytes: number;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Hears of what was passed over: twice the same, or no batch at all. */
  readonly onPassed: (why: "duplicate" | "oversized", source: string) => void;
}

export function openIntake({ sourcesDir, dir, roomBytes, ledger, now, onPassed }: IntakeParts): Intake {
  mkdirSync(sourcesDir, { recursive: true });
  const { copies, copyOf, mostBytes, takeFile } = takingOf({ sourcesDir, dir, roomBytes, ledger, now, onPassed });
  const disk = watchDisk();
  /** What the last look could not take, by its file. */
  const troubles = new Map<string, Untaken>();
  // Nobody waits for what a source in quarantine sends.
  const wanted = (): readonly Waiting[] => {
    const shut = ledger.sources().flatMap(({ source, isQuarantined }) => (isQuarantined ? [source] : []));
    return waitingIn(sourcesDir).filter(({ source }) => !shut.includes(source));
  };
  // Its copies are kept, and leave half of the room to others.
  const isLeft = ({ source, file }: Waiting): boolean =>
    ledger.source(source).isQuarantined && !fits(copies, roomBytes / 2, statIfThere(file)?.size ?? 0);
  const longestMs = (): number => Math.max(0, ...wanted().map(({ at }) => Math.round(now() - at)));
  return {
    scan() {
      const taken: Batch[] = [];
      troubles.clear();
      for (const waiting of waitingIn(sourcesDir)) {
        if (isLeft(waiting)) continue;
        try {
          const batch = disk.during(() => takeFile(waiting), Boolean);
          if (batch !== null) taken.push(batch);
        } catch (error) {
          // Nothing overtakes it: there is one order.
          if (isOfTheDisk(error)) break;
          // Others are none the worse for it.
          const { source, name, file } = waiting;
          troubles.set(file, { source, batch: name, says: messageOf(error) });
        }
      }
      return taken;
    },
    untaken: () => [...troubles.values(), ...strangeIn(sourcesDir)],
    refused: () => (wanted().every(({ file }) => troubles.has(file)) ? null : (disk.says().writeRefused ?? null)),
    held: () =>
      heldAmong(sourcesIn(sourcesDir), { sourcesDir, isBatch: (name) => batchIn(name) !== undefined, at: now() }),
    longestMs,
    lying: (source) => lyingIn(join(sourcesDir, source), mostBytes),
    release: (source) => release(sourcesDir, source, now()),
    content: (batch) => readFileSync(copyOf(batch)),
    kept: (batch) => readIfThere(copyOf(batch)),
    letGo: (batch) => rmSync(copyOf(batch), { force: true }),
    put: (source, batch, content) => writeSynced(join(sourcesDir, source, batch), Buffer.from(content)),
    folder: (source) => join(sourcesDir, source),
  };
}

/** How one file is taken; throws where it cannot be. */
function takingOf({ dir, roomBytes, ledger, now, onPassed }: IntakeParts) {
  const copies = join(dir, "taken");
  const copyOf = ({ source, hash }: Pick<Batch, "source" | "hash">): string => join(copies, source, hash);
  // What alone exceeds the room never fits.
  const mostBytes = Math.min(MOST_BYTES, roomBytes);
  const takeFile = (waiting: Waiting): Batch | null => {
    const { source, name, file } = waiting;
    if ((statIfThere(file)?.size ?? 0) > mostBytes) {
      if (putAside(waiting, { dir, ledger, mostBytes })) onPassed("oversized", source);
      return null;
    }
    const content = readUnlessGone(file);
    if (content === undefined) return null;
    const hash = createHash("sha256").update(content).digest("hex");
    const known = ledger.known({ source, batch: name, hash });
    // It is taken anew once what it has changed is taken back.
    if (known?.state === "rolling-back") return null;
    const copy = copyOf({ source, hash });
    // One that came before is not written again: its copy lies there, or was let go of.
    if ((known === undefined || known.state === "rolled-back") && !existsSync(copy)) {
      refuseBeyond(copies, roomBytes, content.length);
      writeSynced(copy, content);
    }
    const batch = ledger.take({ source, batch: name, hash, arrivedMs: now() });
    if (batch === null) onPassed("duplicate", source);
    removeRead(waiting, content);
    return batch;
  };
  return { copies, copyOf, mostBytes, takeFile };
}
