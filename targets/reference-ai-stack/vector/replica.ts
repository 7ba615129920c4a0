// The state of one vector replica: its record store, the index it has mapped at the moment, and what can be asked of both.
import type { RecordStore } from "./record-store.ts";
import { openRecords } from "./record-store.ts";
import { type OpenIndex, type RowHit, openIndex } from "./index-file.ts";
import { hashFile, type IndexFiles } from "./layout.ts";
import { readManifest } from "./snapshot.ts";
import { shuffledRows } from "./sampling.ts";

export interface Hit {
  readonly id: string;
  /** Cosine similarity. */
  readonly score: number;
  /** Only when asked for. */
  readonly text?: string;
}

interface SelfRetrieval {
  /** Share of the checked rows that found their own id first. */
  readonly share: number;
  readonly checked: number;
  readonly missed: readonly string[];
}

interface ManifestAnswer {
  readonly model: string;
  readonly dimension: number;
  readonly metric: string;
  readonly corpusHash: string;
  /** Rows of the record store. */
  readonly records: number;
  /** Rows of the mapped index. */
  readonly rows: number;
  /** Of the file as it is now; null when it was not asked for. */
  readonly indexHash: string | null;
  /** Of the file as it was written. */
  readonly manifestHash: string;
  readonly indexFile: string;
}

export interface VectorReplica {
  readonly records: RecordStore;
  readonly rows: () => number;
  /** Changes with every load. */
  readonly indexVersion: () => string;
  readonly search: (vector: Float32Array, k: number) => readonly Hit[];
  readonly searchExact: (vector: Float32Array, k: number) => readonly Hit[];
  /** Without a seed it goes on through all rows from call to call, so that every row has its turn. */
  readonly selfRetrieval: (n: number, seed: number | undefined) => SelfRetrieval;
  /** Without `hashed` the file is not read and `indexHash` is null: cheap enough to count records several times a second. */
  readonly manifest: (hashed: boolean) => Promise<ManifestAnswer>;
  /** Maps the file that is now at the index's path. Rejects, keeping the old index, when it cannot be one of ours. */
  readonly reload: () => Promise<{ readonly rows: number; readonly indexVersion: string }>;
}

/** Opens a replica on its files. Rejects when they are missing or the index cannot be one of ours; worse damage may kill the process. */
export async function openReplica(files: IndexFiles): Promise<VectorReplica> {
  const records = openRecords(files.records);
  let index: OpenIndex = await openIndex(files.index);
  let generation = 1;
  const turn = shuffledRows(records.count, 1);
  let cursor = 0;

  const named = (hits: readonly RowHit[]): readonly Hit[] =>
    hits.flatMap(({ row, score }) => {
      const id = records.idOf(row);
      return id === undefined ? [] : [{ id, score }];
    });
  const indexVersion = (): string => `${readManifest(files).indexHash.slice(0, 12)}-${generation}`;
  let version = indexVersion();
  const nextRows = (n: number): readonly number[] => {
    const rows = Array.from({ length: n }, (_, i) => turn[(cursor + i) % turn.length] ?? 0);
    cursor = (cursor + n) % turn.length;
    return rows;
  };
  return {
    records,
    rows: () => index.rows,
    indexVersion: () => version,
    search: (vector, k) => named(index.search(vector, k)),
    searchExact: (vector, k) => named(records.searchExact(vector, k)),
    selfRetrieval: (n, seed) => {
      const count = Math.min(n, records.count);
      const rows = seed === undefined ? nextRows(count) : shuffledRows(records.count, seed).slice(0, count);
      const missed = rows.filter((row) => index.search(records.vectorOf(row), 1)[0]?.row !== row);
      return {
        share: (rows.length - missed.length) / rows.length,
        checked: rows.length,
        missed: missed.map((row) => records.idOf(row) ?? ""),
      };
    },
    manifest: async (hashed) => {
      const written = readManifest(files);
      return {
        model: written.model,
        dimension: written.dimension,
        metric: written.metric,
        corpusHash: written.corpusHash,
        records: records.count,
        rows: index.rows,
        indexHash: hashed ? await hashFile(files.index) : null,
        manifestHash: written.indexHash,
        indexFile: files.index,
      };
    },
    reload: async () => {
      index = await openIndex(files.index);
      generation++;
      version = indexVersion();
      return { rows: index.rows, indexVersion: version };
    },
  };
}
