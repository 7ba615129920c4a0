// What a replica finds out about its own index. Each checked row is looked for twice: with its vector as the record
// store has it (held outside the index), and with the vector that the index gives back. The second alone says that all
// is well of an index that holds other vectors; the first alone misses a copy that is read back and never searched.
import type { RowHit } from "./index-file.ts";
import type { RecordStore } from "./record-store.ts";
import { sameVector } from "./same-vector.ts";
import { FRESH_ROWS, newestRows, shuffledRows, someRows } from "./sampling.ts";

interface SelfRetrieval {
  /** Share of the checked rows that found their own id first, by the record store's vectors; absent where none was. */
  readonly share?: number;
  readonly checked: number;
  readonly missed: readonly string[];
  /** The same by the vectors that the index gives back, for some of these rows. */
  readonly internal: { readonly share?: number; readonly checked: number };
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
  /** Answers that find the very vector that was asked for under the name of a row that has another one. */
  readonly misnamed: number;
}

export interface Checks {
  /** From now on this row has its turn too. */
  readonly take: (row: number) => void;
  /** This row was written or removed: looks under way judge neither it nor an answer that names it. */
  readonly wrote: (row: number) => void;
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
/** The cosine of a vector to itself, as engines round it. */
const ITSELF = 1 - 1e-5;
/** One checked row in so many is one of the newest: an index of before knows all rows but these. */
const FRESH_EVERY = 8;

/** Looks whether rows find themselves. */
export function openChecks({ records, search, vectorOf }: Checked): Checks {
  const nextRows = turnsOf(records);
  const underWay = new Set<Set<number>>();
  const look = async (rows: readonly number[]): Promise<readonly Looked[]> => {
    const hits = await Promise.all(rows.map((row) => search(records.vectorOf(row), HITS)));
    const back = await Promise.all(rows.map((row) => vectorOf(row)));
    return Promise.all(
      rows.map(async (row, at): Promise<Looked> => {
        const found = hits[at] ?? [];
        const [answer, vector] = [found.map((hit) => hit.row), back[at]];
        const seen = { row, answer, isItself: (found[0]?.score ?? 0) >= ITSELF, vector };
        if (at % INTERNAL_EVERY !== 0) return seen;
        if (vector === undefined) return { ...seen, inner: [] };
        // The same question again: its answer is known.
        if (sameVector(vector, records.vectorOf(row))) return { ...seen, inner: answer.slice(0, 1) };
        return { ...seen, inner: (await search(vector, 1)).map((hit) => hit.row) };
      }),
    );
  };
  return {
    take: nextRows.take,
    wrote: (row) => underWay.forEach((changed) => changed.add(row)),
    run: async (n, seed) => {
      const changed = new Set<number>();
      underWay.add(changed);
      try {
        const fewest = livingIn(records);
        const rows = seed === undefined ? nextRows.of(n) : someRows(records.count(), n, seed, records.removed);
        const looked = await look(rows);
        // What was written meanwhile was asked for as it was, and would be judged by what it is.
        const isStill = ({ row, answer, inner = [] }: Looked): boolean =>
          ![row, ...answer, ...inner].some((one) => changed.has(one));
        return judged(looked.filter(isStill), records, Math.min(HITS, fewest, livingIn(records)));
      } finally {
        underWay.delete(changed);
      }
    },
  };
}

/** What was found of one row. */
interface Looked {
  readonly row: number;
  /** Rows that a search with the record store's vector found. */
  readonly answer: readonly number[];
  /** The vector of the first of them is the one that was asked for, by the engine's own word. */
  readonly isItself: boolean;
  /** As the index gives it back. */
  readonly vector: Float32Array | undefined;
  /** The row that a search with that vector found; absent: none was made. */
  readonly inner?: readonly number[];
}

/** Rows in turn, with some of the newest in each look; none that was removed. */
function turnsOf(records: RecordStore) {
  const turn = [...shuffledRows(records.count(), 1)];
  let [cursor, freshCursor] = [0, 0];
  return {
    take: (row: number): void => void turn.push(row),
    of(n: number): readonly number[] {
      const newest = newestRows(records.count(), FRESH_ROWS, records.removed);
      const fresh = Math.min(Math.floor(n / FRESH_EVERY), newest.length);
      const rows = new Set(Array.from({ length: fresh }, (_, i) => newest[(freshCursor + i) % newest.length] ?? 0));
      freshCursor = (freshCursor + fresh) % Math.max(1, newest.length);
      for (let tried = 0; rows.size < n && tried < turn.length; tried += 1) {
        const row = turn[cursor] ?? 0;
        if (!records.removed.has(row)) rows.add(row);
        cursor = (cursor + 1) % turn.length;
      }
      return [...rows];
    },
  };
}

function livingIn({ count, removed }: RecordStore): number {
  return count() - removed.size;
}

function judged(looked: readonly Looked[], records: RecordStore, least: number): SelfRetrieval {
  // Of documents that say the same, or that a model could not tell apart, any may come first.
  const isIt = (row: number, first: number | undefined): boolean =>
    first === row || (first !== undefined && sameVector(records.vectorOf(first), records.vectorOf(row)));
  const name = ({ row }: Looked): string => records.idOf(row) ?? "";
  const missed = looked.filter(({ row, answer }) => !isIt(row, answer[0]));
  const inner = looked.flatMap(({ row, inner: found }) => (found === undefined ? [] : [isIt(row, found[0])]));
  return {
    ...shareOf(looked.length - missed.length, looked.length),
    missed: missed.map(name),
    internal: shareOf(inner.filter(Boolean).length, inner.length),
    differing: looked.filter(({ row, vector }) => !sameVector(vector, records.vectorOf(row))).map(name),
    shape: {
      ...shapeOf(
        looked.map(({ answer }) => answer),
        records,
        least,
      ),
      misnamed: missed.filter(({ isItself }) => isItself).length,
    },
  };
}

/** Where nothing was checked there is no share. */
function shareOf(found: number, checked: number): { readonly share?: number; readonly checked: number } {
  return checked === 0 ? { checked } : { share: found / checked, checked };
}

function shapeOf(answers: readonly (readonly number[])[], records: RecordStore, least: number) {
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
