// One number for what an index holds, and one for what the record store holds: over the id and the vector of each row
// that was not removed, whatever the order of the rows and however an engine lays out its files. They are equal as long
// as the index gives back what was stored, and of two replicas that hold the same documents.
import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { bytes } from "../embedder/cache.ts";
import { add, addSums, HASH_BYTES, keepBlocks, noSums, type Sums } from "./digest-sums.ts";
import type { RecordStore } from "./record-store.ts";
import { sameVector } from "./same-vector.ts";
import { UNWRITTEN_MS } from "./unwritten.ts";
import type { VectorFigures } from "./vector-figures.ts";

export interface ContentDigests {
  /** Of the record store: ids, texts and vectors; 16 digits of hex. */
  readonly records: string;
  /** Of what the index gives back for the same rows. */
  readonly index: string;
  /**
   * Of ids, versions and models alone. Replicas that have this one in common store the same documents, and so have the
   * other two in common, whenever each of them was written.
   */
  readonly documents: string;
  /** How many looks there were, with this one. */
  readonly look: number;
}

export interface Digests {
  /** Both, of at most {@link LONGEST_MS} ago. */
  readonly look: () => Promise<ContentDigests>;
  /** Of the vectors that the last look has read; undefined: there was none of this index. */
  readonly figures: () => VectorFigures | undefined;
  /** The index is another one from now on. */
  readonly forget: () => void;
}

interface Digested {
  readonly records: Pick<RecordStore, "count" | "removed" | "idOf" | "vectorOf" | "textOf" | "lineageOf">;
  /** The vector of a row as the index gives it back; undefined when it holds no such row. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
  /** Milliseconds, going forward only. */
  readonly now?: () => number;
  /** Another after each write to what is read; null: a write may have been missed. Absent: nobody knows. */
  readonly mark?: () => Promise<string | null>;
}

/** Searches have their turn after so many rows. */
const ROWS_AT_ONCE = 128;
/** One look rests so many times as long as it took, so that no more than 2 % of a core goes into looking, … */
const REST = 50;
/** … at least this long and at most that long, ms. */
const [SHORTEST_MS, LONGEST_MS] = [1000, 15_000] as const;

/** Reads all rows of the index from time to time, and only when it is asked. */
export function openDigests({
  records,
  vectorOf,
  now = () => performance.now(),
  mark = async () => null,
}: Digested): Digests {
  const take = createTaker(records, vectorOf);
  let [epoch, looks] = [0, 0];
  let figures: VectorFigures | undefined;
  const others = createOthers(now);
  const digest = async (): Promise<ContentDigests> => {
    const began = epoch;
    const sums = noSums();
    for (let from = 0; from < records.count(); from += ROWS_AT_ONCE) {
      const length = Math.min(ROWS_AT_ONCE, records.count() - from);
      await take(
        Array.from({ length }, (_, n) => from + n),
        sums,
      );
      await others.turn();
    }
    if (began !== epoch) return digest();
    figures = sums.figures.figures();
    looks += 1;
    return digestsOf(sums, looks);
  };
  const kept = rested(digest, { now, othersMs: others.takeMs, mark });
  return {
    look: kept.look,
    figures: () => figures,
    forget: () => {
      figures = undefined;
      epoch += 1;
      kept.forget();
    },
  };
}

/** Adds what these rows come to, as they are by then. */
function createTaker(
  records: Digested["records"],
  vectorOf: Digested["vectorOf"],
): (rows: readonly number[], sums: Sums) => Promise<void> {
  const hashOf = keepHashes(records);
  const blockOf = keepBlocks((row, vector, sums) => {
    const { hash, label } = hashOf(row, vector);
    add(sums.records, hash);
    add(sums.index, hash);
    add(sums.documents, label);
    sums.figures.add(vector, vector);
  });
  const take = async (rows: readonly number[], sums: Sums): Promise<void> => {
    const stored = rows.map((row) => records.vectorOf(row));
    // All at once: an engine behind a connection answers a hundred in hardly more time than one.
    const held = await Promise.all(rows.map((row) => vectorOf(row)));
    const here = rows.filter((row) => !records.removed.has(row));
    const isOld = (row: number): boolean => records.vectorOf(row) !== stored[row - (rows[0] ?? 0)];
    const foundOf = (row: number): Float32Array | undefined => held[row - (rows[0] ?? 0)];
    if (here.every((row) => !isOld(row) && isBitForBit(foundOf(row), records.vectorOf(row)))) {
      return addSums(
        sums,
        blockOf(
          here,
          here.map((row) => records.vectorOf(row)),
        ),
      );
    }
    for (const row of here.filter((one) => !isOld(one))) {
      const vector = records.vectorOf(row);
      const { hash, label } = hashOf(row, vector);
      add(sums.records, hash);
      add(sums.documents, label);
      const found = foundOf(row);
      sums.figures.add(vector, found);
      // An engine may give back a vector that it has made as long as 1: that is the same one.
      if (found !== undefined)
        add(sums.index, isSame(found, vector) ? hash : hashRow([records.idOf(row) ?? ""], found));
    }
    // Written meanwhile, and read again: old to both or new to both.
    for (const row of here.filter(isOld)) await take([row], sums);
  };
  return take;
}

/** Time in which others have their turn costs them nothing. */
function createOthers(now: () => number) {
  let ms = 0;
  return {
    turn: async (): Promise<void> => {
      const from = now();
      await turn();
      ms += now() - from;
    },
    takeMs: (): number => {
      const taken = ms;
      ms = 0;
      return taken;
    },
  };
}

interface Resting {
  readonly now: () => number;
  /** How much of the time since it was last asked was not its own, ms. */
  readonly othersMs: () => number;
  readonly mark: () => Promise<string | null>;
}

/**
 * Does work when it is asked for, and after a rest again; after a longer one when nothing was written since the work
 * before the last one was begun, so that each write is followed by two.
 */
function rested<Done>(work: () => Promise<Done>, { now, othersMs, mark }: Resting) {
  let last: Promise<Done> | undefined;
  let [freshUntil, unwrittenUntil] = [0, 0];
  let marks: readonly (string | null)[] = [];
  const isUnwritten = async (): Promise<boolean> => {
    if (marks.length < 2 || now() >= unwrittenUntil) return false;
    const present = await mark();
    return present !== null && marks.every((one) => one === present);
  };
  return {
    look: async (): Promise<Done> => {
      const before = last;
      if (before !== undefined && (now() < freshUntil || (await isUnwritten()))) return before;
      // Another look may have begun meanwhile.
      if (last !== undefined && now() < freshUntil) return last;
      const from = now();
      othersMs();
      freshUntil = Number.POSITIVE_INFINITY;
      const working = marked().then(work);
      last = working;
      try {
        return await working;
      } catch (error) {
        if (last === working) last = undefined;
        throw error;
      } finally {
        const rest = REST * (now() - from - othersMs());
        if (last === working) freshUntil = now() + Math.min(LONGEST_MS, Math.max(SHORTEST_MS, rest));
        unwrittenUntil = now() + UNWRITTEN_MS;
      }
    },
    forget: (): void => {
      last = undefined;
      marks = [];
    },
  };

  async function marked(): Promise<void> {
    const present = await mark();
    marks = [...marks, present].slice(-2);
  }
}

function digestsOf({ records, index, documents }: Sums, look: number): ContentDigests {
  const hex = { records: records.toString("hex"), index: index.toString("hex"), documents: documents.toString("hex") };
  return { ...hex, look };
}

/** `hash`: of all that is stored of a row; `label`: of what it is. */
interface RowHashes {
  readonly hash: Buffer;
  readonly label: Buffer;
}

/** The hashes of a row; worked out again when it has another vector, which comes with all else that is written. */
function keepHashes(records: Digested["records"]): (row: number, vector: Float32Array) => RowHashes {
  const known = new Map<number, RowHashes & { readonly vector: Float32Array }>();
  return (row, vector) => {
    const kept = known.get(row);
    if (kept?.vector === vector) return kept;
    const id = records.idOf(row) ?? "";
    const { title = "", text = "" } = records.textOf(id) ?? {};
    const { version = 0, model = "" } = records.lineageOf(row) ?? {};
    const hashes = { hash: hashRow([id, title, text], vector), label: hashRow([id, String(version), model]) };
    known.set(row, { vector, ...hashes });
    return hashes;
  };
}

function hashRow(words: readonly string[], vector?: Float32Array): Buffer {
  const hash = createHash("sha256").update(`${words.join("\0")}\0`);
  if (vector !== undefined) hash.update(bytes(vector));
  return hash.digest().subarray(0, HASH_BYTES);
}

function isBitForBit(held: Float32Array | undefined, vector: Float32Array): boolean {
  return held !== undefined && Buffer.compare(bytes(held), bytes(vector)) === 0;
}

function isSame(held: Float32Array, vector: Float32Array): boolean {
  return isBitForBit(held, vector) || sameVector(held, vector);
}
