// What a vector engine has to do for a replica. A generation of an index is built once, is written with its manifest,
// and is never changed by its engine afterwards: an engine that writes to its files when it opens them opens a copy.
import type { RowHit } from "../index-file.ts";
import type { VectorEngineName } from "./names.ts";
import type { RowsInFile } from "./row-layout.ts";

/** An index that is open. */
export interface EngineIndex {
  /** Rows that it says it holds. */
  readonly rows: number;
  /**
   * The nearest rows by cosine similarity, best first; hits without a finite score are left out. Rejects when the
   * engine gives no answer.
   */
  readonly search: (vector: Float32Array, k: number) => Promise<readonly RowHit[]>;
  /** The vector of a row as the engine gives it back; undefined when it has no such row. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
  /** Of an engine with a process of its own: resolves, with how, when that ended and nobody closed the index. */
  readonly ended?: Promise<string>;
  /** Gives back what it holds: files, processes. What was asked before is answered. */
  readonly close: () => Promise<void>;
}

export interface VectorEngine {
  readonly name: VectorEngineName;
  /** `at-load`: it holds its rows in memory, and what is changed on the disk acts when the index is opened again. */
  readonly reads: "always" | "at-load";
  /** Writes an index of the vectors, row i as i, to a path where nothing is. */
  readonly build: (vectors: readonly Float32Array[], index: string) => Promise<void>;
  /** Writes a copy of `source` with more rows to `target`, where nothing is. */
  readonly extend: (source: string, added: ReadonlyMap<number, Float32Array>, target: string) => Promise<void>;
  /** Opens an index. Rejects when it cannot be one of its own; damage beyond that may end the process. */
  readonly open: (index: string) => Promise<EngineIndex>;
  /** Where rows lie in a good index of so many; those that its engine keeps elsewhere for now are left out. */
  readonly locate: (index: string, rows: number) => Promise<RowsInFile>;
}
