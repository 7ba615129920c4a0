// What a replica finds out about its own index. Each checked row is looked for twice: with its vector as the record
// store has it (held outside the index), and with the vector that the index gives back. The second alone says that all
// is well of an index that holds other vectors; the first alone misses a copy that is read back and never searched.
import type { RowHit } from "./index-file.ts";
import type { RecordStore } from "./record-store.ts";
import { sameVector } from "./same-vector.ts";
import { FRESH_ROWS, shuffledRows } from "./sampling.ts";

interface SelfRetrieval {
  /** Share of the checked rows that found their own id first, by the record store's vectors. */
  readonly share: number;
  readonly checked: number;
  readonly missed: readonly string[];
  /** The same by the vectors that the index gives back, for some of these rows. */
  readonly internal: { readonly share: number; readonly checked: number };
  /** Checked rows whose vector in the index is another one than in the record store, or is not there. */
  readonly differing: readonly string[];
  readonly shape: AnswerShape;
}

/** What is odd about the answers to so many searches, whatever they were about. */
interface AnswerShape {
  readonly answers: number;
  /** Answers with fewer hits than were asked for, though more rows are stored. */
  readonly short: number;
  /** Answers that name a row of which there is no record. */
  readonly unknown: number;
  /** Answers that name a row twice. */
  readonly repeated: number;
  /** So many answers are one and the same; 1 when no two are alike. */
  readonly alike: number;
}

export interface Checks {
  /** From now on this row has its turn too. */
  readonly take: (row: number) => void;
  /** Without a seed it goes on through all rows from call to call, so that every row has its turn. */
  readonly run: (n: number, seed: number | undefined) => Promise<SelfRetrieval>;
}

interface Checked {
  readonly records: RecordStore;
  readonly search: (vector: Float32Array, k: number) => Promise<readonly RowHit[]>;
  /** The vector of a row as the index gives it back; undefined when it holds no such row. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
}

/** Hits that are asked for: as many passages as the gateway asks. */
const HITS = 4;
/**
 * One row in so many is also looked for by the vector that the index gives back, where that is another one: a search
 * costs 30 times a comparison.
 */
const INTERNAL_EVERY = 4;
/** One checked row in so many is one of the newest: an index of before knows all rows but these. */
const FRESH_EVERY = 8;

/** Looks whether rows find themselves. */
export function openChecks({ records, search, vectorOf }: Checked): Checks {
  const turn = [...shuffledRows(records.count(), 1)];
  let [cursor, freshCursor] = [0, 0];
  const nextRows = (n: number): readonly number[] => {
    const fresh = Math.min(Math.floor(n / FRESH_EVERY), records.count());
    const span = Math.min(FRESH_ROWS, records.count());
    const newest = Array.from({ length: fresh }, (_, i) => records.count() - 1 - ((freshCursor + i) % span));
    freshCursor = (freshCursor + fresh) % span;
    const rows = new Set(newest);
    for (let tried = 0; rows.size < n && tried < turn.length; tried += 1) {
      rows.add(turn[cursor] ?? 0);
      cursor = (cursor + 1) % turn.length;
    }
    return [...rows];
  };
  return {
    take: (row) => void turn.push(row),
    run: async (n, seed) => {
      const count = Math.min(n, records.count());
      const all = seed === undefined ? nextRows(count) : shuffledRows(records.count(), seed).slice(0, count);
      const rows = all.filter((row) => !records.removed.has(row));
      const hits = await Promise.all(rows.map((row) => search(records.vectorOf(row), HITS)));
      const answers = hits.map((found) => found.map((hit) => hit.row));
      // Of documents that say the same, or that a model could not tell apart, any may come first.
      const isIt = (first: number | undefined, row: number): boolean =>
        first === row || (first !== undefined && sameVector(records.vectorOf(first), records.vectorOf(row)));
      const missed = rows.filter((row, i) => !isIt(answers[i]?.[0], row));
      const back = await Promise.all(rows.map((row) => vectorOf(row)));
      const inner = rows.flatMap((row, at) => (at % INTERNAL_EVERY === 0 ? [{ row, at }] : []));
      const found = await Promise.all(
        inner.map(async ({ row, at }) => {
          const vector = back[at];
          if (vector === undefined) return false;
          // The same question again: its answer is known.
          if (sameVector(vector, records.vectorOf(row))) return isIt(answers[at]?.[0], row);
          return isIt((await search(vector, 1))[0]?.row, row);
        }),
      );
      const name = (row: number): string => records.idOf(row) ?? "";
      return {
        share: rows.length === 0 ? 1 : (rows.length - missed.length) / rows.length,
        checked: rows.length,
        missed: missed.map(name),
        internal: {
          share: inner.length === 0 ? 1 : found.filter(Boolean).length / inner.length,
          checked: inner.length,
        },
        differing: rows.filter((row, i) => !sameVector(back[i], records.vectorOf(row))).map(name),
        shape: shapeOf(answers, records),
      };
    },
  };
}

function shapeOf(answers: readonly (readonly number[])[], records: RecordStore): AnswerShape {
  const least = Math.min(HITS, records.count() - records.removed.size);
  const times = new Map<string, number>();
  for (const rows of answers) times.set(rows.join(), (times.get(rows.join()) ?? 0) + 1);
  return {
    answers: answers.length,
    short: answers.filter((rows) => rows.length < least).length,
    unknown: answers.filter((rows) => rows.some((row) => records.idOf(row) === undefined)).length,
    repeated: answers.filter((rows) => new Set(rows).size < rows.length).length,
    alike: Math.max(0, ...times.values()),
  };
}
