// The state of one vector replica: its record store, the index it has mapped at the moment, and what can be asked of
// both. New records go to the store and to a tail of the index in memory; the file takes them up when it is made anew,
// and its manifest says up to which row.
import type { RecordStore, StoredRecord } from "./record-store.ts";
import { openRecords } from "./record-store.ts";
import type { EngineIndex, VectorEngine } from "./engines/engine.ts";
import { hashIndex } from "./engines/generation.ts";
import { openChecked } from "./engines/open-checked.ts";
import { usearch } from "./engines/usearch.ts";
import type { RowHit } from "./index-file.ts";
import type { IndexFiles } from "./layout.ts";
import type { DocumentWrite, WriteOutcome } from "./provenance.ts";
import { createRowTail, type RowTail } from "./row-tail.ts";
import { readManifest } from "./snapshot.ts";
import { openChecks, type Checks } from "./checks.ts";

export interface Hit {
  readonly id: string;
  /** Cosine similarity. */
  readonly score: number;
  /** Only when asked for. */
  readonly text?: string;
}

interface ManifestAnswer {
  readonly model: string;
  readonly dimension: number;
  readonly metric: string;
  readonly corpusHash: string;
  /** Rows of the record store. */
  readonly records: number;
  /** Of these, rows that were removed. */
  readonly removed: number;
  /** Rows that a search can find: those of the mapped file and those of the tail. */
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
  readonly search: (vector: Float32Array, k: number) => Promise<readonly Hit[]>;
  readonly searchExact: (vector: Float32Array, k: number) => readonly Hit[];
  /**
   * Stores a record and makes it searchable; on the disk when it returns. `known`: the same was there already; `taken`:
   * another one was.
   */
  readonly add: (record: StoredRecord) => "added" | "known" | "taken";
  /** Writes one version of a document; on the disk, and found or found no more, when it returns. */
  readonly write: (write: DocumentWrite) => WriteOutcome;
  /** The text of an id, by way of the index: undefined when a search with its own vector does not find it first. */
  readonly findable: (
    id: string,
  ) => Promise<{ readonly id: string; readonly title: string; readonly text: string } | undefined>;
  readonly selfRetrieval: Checks["run"];
  /** The vector of a row as the index gives it back, from its file or its tail; undefined when it has no such row. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
  /**
   * Without `hashed` the file is not read and `indexHash` is null: cheap enough to count records several times a
   * second.
   */
  readonly manifest: (hashed: boolean) => Promise<ManifestAnswer>;
  /**
   * Opens the index that is now at its path. Rejects, keeping the old index, when it cannot be one of ours; searches
   * are answered from the old one until then.
   */
  readonly reload: () => Promise<{ readonly rows: number; readonly indexVersion: string }>;
  /** `ended` is called when the process of an engine that has one ends by itself. */
  readonly onEngineEnd: (ended: (reason: string) => void) => void;
  /** Gives back the index and the record store. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a replica on its files. Rejects when they are missing or the index cannot be one of ours; worse damage may kill
 * the process.
 */
export async function openReplica(files: IndexFiles, engine: VectorEngine = usearch): Promise<VectorReplica> {
  const records = openRecords(files.records, "writable");
  const opening = openerOf(files, engine);
  let index = await opening.open();
  let tail = tailBehind(readManifest(files).rows, records);
  let generation = 1;
  const vectorOf = async (row: number): Promise<Float32Array | undefined> => tail.vectorOf(row) ?? index.vectorOf(row);
  const checks = openChecks({ records, search: (vector, k) => search(vector, k), vectorOf });

  const named = (hits: readonly RowHit[]): readonly Hit[] => hits.flatMap((hit) => namedIn(records, hit));
  const search = async (vector: Float32Array, k: number): Promise<readonly RowHit[]> => {
    // Of one time: a reload in between moves rows from the tail to the index.
    const behind = tail.search(vector, k);
    return merged(await searchFile({ index, records }, vector, k), behind, k);
  };
  const found = (): number => index.rows - passedOver(records, index.rows) + tail.rows();
  const indexVersion = (): string => `${readManifest(files).indexHash.slice(0, 12)}-${generation}`;
  let version = indexVersion();
  return {
    records,
    rows: found,
    indexVersion: () => version,
    search: async (vector, k) => named(await search(vector, k)),
    searchExact: (vector, k) => named(records.searchExact(vector, k)),
    add: (record) => addTo({ records, tail, checks }, record),
    write: (write) => writeTo({ records, tail, checks }, write),
    findable: async (id) => {
      const row = records.rowOf(id);
      if (row === undefined || (await search(records.vectorOf(row), 1))[0]?.row !== row) return undefined;
      return records.textOf(id);
    },
    selfRetrieval: checks.run,
    vectorOf,
    manifest: async (hashed) => ({
      ...ofManifest(files),
      records: records.count(),
      removed: records.removed.size,
      rows: found(),
      indexHash: hashed ? await hashIndex(files.index) : null,
      indexFile: files.index,
    }),
    reload: async () => {
      const [opened, old] = [await opening.open(), index];
      // What was written while the file was made is behind its last row.
      tail = tailBehind(readManifest(files).rows, records);
      index = opened;
      generation++;
      version = indexVersion();
      await old.close();
      return { rows: found(), indexVersion: version };
    },
    onEngineEnd: opening.onEnd,
    close: async () => {
      records.close();
      await index.close();
    },
  };
}

interface Written {
  readonly records: RecordStore;
  readonly tail: RowTail;
  readonly checks: Checks;
}

function addTo({ records, tail, checks }: Written, record: StoredRecord): "added" | "known" | "taken" {
  const stored = records.textOf(record.id);
  if (stored !== undefined) return stored.text === record.text && stored.title === record.title ? "known" : "taken";
  // One that was removed comes back as a newer version of its document, in its own row.
  if (records.wasRemoved(record.id)) return "taken";
  const row = records.append(record);
  tail.put(row, record.vector);
  checks.take(row);
  return "added";
}

function writeTo({ records, tail, checks }: Written, write: DocumentWrite): WriteOutcome {
  const before = records.count();
  const { outcome, stored, removed } = records.write(write);
  for (const { row, record } of stored) tail.put(row, record.vector);
  for (let row = before; row < records.count(); row++) checks.take(row);
  for (const row of removed) tail.drop(row);
  return outcome;
}

function namedIn(records: RecordStore, { row, score }: RowHit): readonly Hit[] {
  const id = records.idOf(row);
  return id === undefined ? [] : [{ id, score }];
}

/** Opens the index as often as wanted, and tells of any whose engine ended by itself. */
function openerOf(files: IndexFiles, engine: VectorEngine) {
  let ended: (reason: string) => void = () => undefined;
  return {
    open: async (): Promise<EngineIndex> => {
      const opened = await openChecked(engine, files);
      void opened.ended?.then((reason) => ended(reason));
      return opened;
    },
    onEnd: (listener: (reason: string) => void) => void (ended = listener),
  };
}

function ofManifest(files: IndexFiles) {
  const { model, dimension, metric, corpusHash, indexHash: manifestHash } = readManifest(files);
  return { model, dimension, metric, corpusHash, manifestHash };
}

interface FileAndStore {
  readonly index: EngineIndex;
  readonly records: RecordStore;
}

/** What the file holds of rows that were removed, or written again since, is passed over. */
async function searchFile(
  { index, records }: FileAndStore,
  vector: Float32Array,
  k: number,
): Promise<readonly RowHit[]> {
  const { removed, rewritten } = records;
  const most = removed.size + rewritten.size;
  if (most === 0) return index.search(vector, k);
  const hits = await index.search(vector, k + most);
  return hits.filter(({ row }) => !removed.has(row) && !rewritten.has(row)).slice(0, k);
}

/** How many of the file's rows are passed over. */
function passedOver({ removed, rewritten }: RecordStore, rows: number): number {
  return [...new Set([...removed, ...rewritten])].filter((row) => row < rows).length;
}

/** The rows of the store that the file, by its manifest, does not hold, or holds as they were before. */
function tailBehind(rows: number, records: RecordStore): RowTail {
  const tail = createRowTail();
  const rewritten = [...records.rewritten].filter((row) => row < rows);
  const behind = Array.from({ length: Math.max(0, records.count() - rows) }, (_, n) => rows + n);
  for (const row of [...rewritten, ...behind]) if (!records.removed.has(row)) tail.put(row, records.vectorOf(row));
  return tail;
}

/** The best of both, best first; the lower row first among equals. */
function merged(left: readonly RowHit[], right: readonly RowHit[], k: number): readonly RowHit[] {
  if (right.length === 0) return left;
  return [...left, ...right].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
}
