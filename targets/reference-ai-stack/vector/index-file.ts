// The ANN index (usearch, cosine, 32-bit floats): how it is built, opened and asked. Opening means mapping the file, so
// what happens to its bytes happens to the answers.
import { closeSync, openSync, readSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Index, MetricKind, ScalarKind } from "usearch";
import { DIMENSIONS } from "../embedder/cache.ts";
import { writeLargeIndex } from "./large-index.ts";
import { PAYLOAD_OFFSET, readRows, ROW_BYTES } from "./layout.ts";

/**
 * HNSW parameters, generous because the corpus is small; part of the snapshot's key. With them every stored row of the
 * corpus finds itself (checked when it is built).
 */
export const INDEX_PARAMETERS = { connectivity: 16, expansion_add: 128, expansion_search: 256 } as const;

/** One hit: the row in the record store and the cosine similarity, 1 = same direction. */
export interface RowHit {
  readonly row: number;
  readonly score: number;
}

export interface OpenIndex {
  readonly rows: number;
  /**
   * The nearest rows, best first; hits without a finite score (NaN or empty vectors) are left out. Never throws for
   * damaged data.
   */
  readonly search: (vector: Float32Array, k: number) => readonly RowHit[];
  /** The row's vector as the file that was opened holds it now; undefined when it holds no such row. */
  readonly vectorOf: (row: number) => Float32Array | undefined;
  /** Gives the file back; nothing may be read from it any more. What was mapped stays so as long as it is used. */
  readonly close: () => void;
}

/** From so many rows on a graph of half vectors is made: below, it takes two seconds either way. */
const MANY_ROWS = 10_000;

/**
 * Writes an index of the vectors, row i under label i, to `file`, where nothing is. Below `many` rows by one thread, so
 * that equal vectors give equal bytes.
 */
export function writeIndex(
  vectors: readonly Float32Array[],
  file: string,
  { many = MANY_ROWS, threads = availableParallelism() } = {},
): void {
  if (vectors.length >= many) return writeLargeIndex(vectors, file, { half: emptyIndex(ScalarKind.BF16), threads });
  const index = emptyIndex();
  vectors.forEach((vector, row) => index.add(BigInt(row), vector, 1));
  index.save(file);
}

/** Adds rows to an index file and writes the result to `target`. Loads the file: a damaged one may kill the process. */
export function extendIndex(source: string, added: ReadonlyMap<number, Float32Array>, target: string): void {
  const index = emptyIndex();
  index.load(source);
  for (const [row, vector] of added) index.add(BigInt(row), vector, 1);
  index.save(target);
}

/** Maps the file. Throws when header and size are not those of an index; damage beyond that may kill the process. */
export async function openIndex(file: string): Promise<OpenIndex> {
  const claimed = await readRows(file);
  const index = emptyIndex();
  index.view(file);
  const rows = index.size();
  if (rows !== claimed || index.dimensions() !== DIMENSIONS) {
    throw new Error(`${file} holds ${rows} rows of ${index.dimensions()} dimensions; its header says ${claimed}`);
  }
  // The library gives no vector back, so it is read where the library has it: rows lie in the order of their labels.
  const open = openSync(file, "r");
  return {
    rows,
    search: (vector, k) => nearest(index, vector, Math.min(k, rows)),
    vectorOf: (row) => (row < rows ? readRow(open, row) : undefined),
    close: () => closeSync(open),
  };
}

function readRow(file: number, row: number): Float32Array | undefined {
  const found = new Float32Array(DIMENSIONS);
  const start = PAYLOAD_OFFSET + row * ROW_BYTES;
  return readSync(file, found, 0, ROW_BYTES, start) < ROW_BYTES ? undefined : found;
}

/** An index in memory for rows that the file does not hold yet. */
export interface TailIndex {
  readonly rows: () => number;
  readonly add: (row: number, vector: Float32Array) => void;
  readonly search: OpenIndex["search"];
  readonly vectorOf: OpenIndex["vectorOf"];
}

/** An empty tail. */
export function createTail(): TailIndex {
  const index = emptyIndex();
  // The library gives no vector back: these are the ones that it was given.
  const held = new Map<number, Float32Array>();
  return {
    rows: () => index.size(),
    vectorOf: (row) => held.get(row),
    add: (row, vector) => {
      held.set(row, vector);
      index.add(BigInt(row), vector, 1);
    },
    search: (vector, k) => (index.size() === 0 ? [] : nearest(index, vector, Math.min(k, index.size()))),
  };
}

/** The nearest rows, best first, without those that have no finite score. */
function nearest(index: Index, vector: Float32Array, k: number): readonly RowHit[] {
  const { keys, distances } = index.search(vector, k, 1);
  const hits: RowHit[] = [];
  keys.forEach((key, i) => {
    const score = 1 - (distances[i] ?? Number.NaN);
    if (Number.isFinite(score)) hits.push({ row: Number(key), score });
  });
  return hits;
}

export function emptyIndex(quantization = ScalarKind.F32): Index {
  return new Index({
    dimensions: DIMENSIONS,
    metric: MetricKind.Cos,
    quantization,
    multi: false,
    ...INDEX_PARAMETERS,
  });
}
