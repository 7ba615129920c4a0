// The state of one vector replica: its record store, the index it has mapped at the moment, and what can be asked of
// both. New records go to the store and to a tail of the index in memory; the file takes them up when it is made anew,
// and its manifest says up to which row.
import { existsSync } from "node:fs";
import type { RecordStore, StoredRecord } from "./record-store.ts";
import { openRecords } from "./record-store.ts";
import type { VectorEngine } from "./engines/engine.ts";
import { hashIndex } from "./engines/generation.ts";
import type { openChecked } from "./engines/open-checked.ts";
import { usearch } from "./engines/usearch.ts";
import type { RowHit } from "./index-file.ts";
import type { IndexFiles } from "./layout.ts";
import { removeLaid } from "./laid.ts";
import type { DocumentWrite, WriteOutcome } from "./provenance.ts";
import { serve, type Serving } from "./serving.ts";
import type { MadeOf } from "./snapshot.ts";
import { takeVectors, type LaidVectors, type Taken } from "./reembedding.ts";
import { takeMissing, type MissingDocument, type TakenDocuments } from "./missing.ts";
import { standingOf } from "../common/held-document.ts";
import { watchDisk } from "../common/disk.ts";
import { openChecks, type Checks } from "./checks.ts";
import { openerOf } from "./opener.ts";
import { openOrDoWithout, toldOf, versionOf, type Described, type Opened } from "./described.ts";
import { openDigests, type ContentDigests, type Digests } from "./digest.ts";
import { createSaver, type Saved } from "./save-index.ts";
import { keepUnwritten, markOf } from "./unwritten.ts";
import type { VectorFigures } from "./vector-figures.ts";

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
  /** Rows that the file and the tail hold, and how many of them are dead: removed, or written again since. */
  readonly held: number;
  readonly dead: number;
  /** Dead rows for each one that a search can find. */
  readonly deadShare: number;
  /** Rows of the record store that another model than `model` has embedded, by their lineage. */
  readonly otherModel: number;
  /** Of the file as it is now, or `unreadable`; null when it was not asked for. */
  readonly indexHash: string | null;
  /** Of the file as it was written; `none` where no index was opened. */
  readonly manifestHash: string;
  /** Whether the manifest at its path can be read: 1, or 0, and why not; then all it says is as it was when opened. */
  readonly described: 0 | 1;
  readonly manifestTrouble?: string;
  /** Whether the file at its path is the one that is answered from: 1, or 0 where another one, or none, lies there. */
  readonly inPlace: 0 | 1;
  readonly indexFile: string;
  /** Writes that were stored since this process began. */
  readonly wrote: number;
  /** Why the disk refused a write; absent: it refused none, or one was stored since. */
  readonly writeRefused?: string;
  /** Of what the record store and the index hold; absent when the hash was not asked for. */
  readonly digests?: ContentDigests;
  /** Of the vectors that they were taken of. */
  readonly vectors?: VectorFigures;
}

export interface VectorReplica {
  readonly records: RecordStore;
  readonly rows: () => number;
  /** Changes with every load. */
  readonly indexVersion: () => string;
  /** Why there is no index to answer from, and the record store alone is asked; null: there is one. */
  readonly lacks: () => string | null;
  readonly search: (vector: Float32Array, k: number) => Promise<readonly Hit[]>;
  readonly searchExact: (vector: Float32Array, k: number) => readonly Hit[];
  /**
   * Stores a record and makes it searchable; on the disk when it returns. `known`: the same was there already; `taken`:
   * another one was.
   */
  readonly add: (record: StoredRecord) => "added" | "known" | "taken";
  /** Writes one version of a document; on the disk, and found or found no more, when it returns. */
  readonly write: (write: DocumentWrite) => WriteOutcome;
  /**
   * Takes the vectors of that model which lie beside the record store (`layVectors`), all at once, for passages that
   * still say what was embedded; a search finds by the vectors before or by these. On the disk when it resolves.
   * Rejects with nothing taken.
   */
  readonly reembed: (vectors: LaidVectors) => Promise<Taken>;
  /**
   * Takes the documents that lie beside the record store by that name (`layMissing`) and were never stored here; each
   * is on the disk, and found, when it resolves. Searches and writes are answered in between.
   */
  readonly resync: (laid: string) => Promise<TakenDocuments>;
  /** The text of an id, by way of the index: undefined when a search with its own vector does not find it first. */
  readonly findable: (
    id: string,
  ) => Promise<{ readonly id: string; readonly title: string; readonly text: string } | undefined>;
  readonly selfRetrieval: Checks["run"];
  /** The vector of a row as the index gives it back, from its file or its tail; undefined when it has no such row. */
  readonly vectorOf: (row: number) => Promise<Float32Array | undefined>;
  /**
   * Without `hashed` the index is not read and `indexHash` is null: cheap enough to count records several times a
   * second.
   */
  readonly manifest: (hashed: boolean) => Promise<ManifestAnswer>;
  /**
   * Opens the index that is now at its path. Rejects, keeping the old index, when it cannot be one of ours; searches
   * are answered from the old one until then.
   */
  readonly reload: () => Promise<{ readonly rows: number; readonly indexVersion: string }>;
  /**
   * Writes a new version of the index file, which takes up what lies behind it, and opens that. Rejects, keeping the
   * old one, when that is damaged, or is being saved already.
   */
  readonly save: () => Promise<Saved>;
  /** `ended` is called when the process of an engine that has one ends by itself. */
  readonly onEngineEnd: (ended: (reason: string) => void) => void;
  /** Gives back the index and the record store. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a replica on its files. `otherwise`: what its index is made of, so that one without an index, or a manifest of
 * it, answers from its records. Rejects when files are missing else, or the index cannot be one of ours; worse damage
 * may kill the process.
 */
export async function openReplica(
  files: IndexFiles,
  engine: VectorEngine = usearch,
  otherwise?: () => MadeOf,
): Promise<VectorReplica> {
  const records = openThere(files.records);
  await removeLaid(files.records);
  const opening = openerOf(files, engine);
  const opened = async (): Promise<Opened> => servedBy(await opening.open(), records);
  let { serving, described, lacks } = await openOrDoWithout(files, records, opened, otherwise);
  let generation = 1;
  const search = (vector: Float32Array, k: number): Promise<readonly RowHit[]> => serving.search(vector, k);
  const vectorOf = (row: number): Promise<Float32Array | undefined> => serving.vectorOf(row);
  const checks = openChecks({ records, search, vectorOf });
  const mark = (): Promise<string | null> => markOfAll(files, { generation, records, serving });
  const digests = openDigests({ records, vectorOf, mark });
  const writing = { records, checks, serving: () => serving };
  const hashesOf = createHashes(files, digests);
  const disk = watchDisk();

  const named = (hits: readonly RowHit[]): readonly Hit[] => hits.flatMap((hit) => namedIn(records, hit));
  let version = versionOf(described, generation);
  const reload: VectorReplica["reload"] = async () => {
    const [fresh, old] = [await opened(), serving];
    ({ serving, described, lacks } = fresh);
    digests.forget();
    generation++;
    version = versionOf(described, generation);
    await old.close();
    return { rows: serving.rows(), indexVersion: version };
  };
  return {
    records,
    rows: () => serving.rows(),
    indexVersion: () => version,
    lacks: () => lacks,
    search: async (vector, k) => named(await search(vector, k)),
    searchExact: (vector, k) => named(records.searchExact(vector, k)),
    add: (record) => disk.during(() => addTo(writing, record), isStored),
    write: (write) => disk.during(() => writeTo(writing, write), isStored),
    reembed: async (vectors) =>
      takeVectors(files, vectors, (laid) => disk.during(() => reembedIn(writing, laid, vectors.model), isAny)),
    resync: async (laid) =>
      takeMissing(files, laid, (missing) => disk.during(() => takeInto(writing, missing), isStored) === "stored"),
    findable: (id) => findableIn({ records, search }, id),
    selfRetrieval: checks.run,
    vectorOf,
    manifest: async (hashed) => ({
      ...saidOf(records, files, described),
      ...countsOf(records, serving),
      ...(await hashesOf(hashed)),
      indexFile: files.index,
      inPlace: opening.isInPlace() ? 1 : 0,
      ...disk.says(),
    }),
    reload,
    save: createSaver(files, engine, reload),
    onEngineEnd: opening.onEnd,
    close: async () => (records.close(), serving.close()),
  };
}

function servedBy({ index, manifest }: Awaited<ReturnType<typeof openChecked>>, records: RecordStore): Opened {
  // What was written while the file was made is behind its last row.
  return { serving: serve(index, manifest, records), described: manifest, lacks: null };
}

function openThere(file: string): RecordStore {
  // SQLite would make an empty one.
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  return openRecords(file, "writable");
}

function saidOf(records: RecordStore, files: IndexFiles, opened: Described) {
  const told = toldOf(files, opened);
  return { ...told, otherModel: records.countOthers(told.model) };
}

function createHashes(files: IndexFiles, digests: Digests) {
  const hash = keepUnwritten(files.index, hashIndex);
  return async (hashed: boolean): Promise<Pick<ManifestAnswer, "indexHash" | "digests" | "vectors">> =>
    hashed ? { indexHash: await hash().catch(() => "unreadable"), ...(await lookedAt(digests)) } : { indexHash: null };
}

interface Generation {
  readonly generation: number;
  readonly records: RecordStore;
  readonly serving: Serving;
}

/** Of the index's files and of what was written: every write makes more rows held, dead or removed. */
async function markOfAll(files: IndexFiles, { generation, records, serving }: Generation): Promise<string | null> {
  // Without an index no mark tells anything.
  const mark = await markOf(files.index).catch(() => null);
  const counts = [generation, records.count(), records.removed.size, serving.held(), serving.dead()];
  return mark === null ? null : `${mark} ${counts.join()}`;
}

async function lookedAt(digests: Digests): Promise<Pick<ManifestAnswer, "digests" | "vectors">> {
  const looked = await digests.look();
  const vectors = digests.figures();
  return { digests: looked, ...(vectors !== undefined && { vectors }) };
}

function countsOf(
  records: RecordStore,
  serving: Serving,
): Pick<ManifestAnswer, "records" | "removed" | "rows" | "held" | "dead" | "deadShare"> {
  const [rows, held, dead] = [serving.rows(), serving.held(), serving.dead()];
  const stored = { records: records.count(), removed: records.removed.size };
  return { ...stored, rows, held, dead, deadShare: dead / Math.max(1, rows) };
}

interface Writing {
  readonly records: RecordStore;
  readonly checks: Checks;
  /** The generation of now. */
  readonly serving: () => Serving;
}

async function findableIn(
  { records, search }: Pick<Serving, "search"> & { readonly records: RecordStore },
  id: string,
): ReturnType<VectorReplica["findable"]> {
  const row = records.rowOf(id);
  if (row === undefined) return undefined;
  const vector = records.vectorOf(row);
  const [first] = await search(vector, 1);
  // Written again meanwhile: it is looked for as it is now.
  if (records.vectorOf(row) !== vector) return findableIn({ records, search }, id);
  return first?.row === row ? records.textOf(id) : undefined;
}

function addTo({ records, serving, checks }: Writing, record: StoredRecord): "added" | "known" | "taken" {
  const stored = records.textOf(record.id);
  if (stored !== undefined) return stored.text === record.text && stored.title === record.title ? "known" : "taken";
  // One that was removed comes back as a newer version of its document, in its own row.
  if (records.wasRemoved(record.id)) return "taken";
  const row = records.append(record);
  serving().put(row, record.vector);
  checks.take(row);
  checks.wrote(row);
  return "added";
}

/** Not where it was known, or another had its place: nothing was written then. */
function isStored(outcome: ReturnType<typeof addTo> | WriteOutcome): boolean {
  return outcome === "added" || outcome === "stored";
}

function writeTo({ records, serving, checks }: Writing, write: DocumentWrite): WriteOutcome {
  const before = records.count();
  const { outcome, stored, removed } = records.write(write);
  for (const { row, record } of stored) serving().put(row, record.vector);
  for (let row = before; row < records.count(); row++) checks.take(row);
  for (const row of removed) serving().drop(row);
  for (const row of [...stored.map((one) => one.row), ...removed]) checks.wrote(row);
  return outcome;
}

function reembedIn(writing: Writing, passages: readonly StoredRecord[], model: string): readonly number[] {
  const { records, serving, checks } = writing;
  const rows = records.reembed(passages, model);
  for (const row of rows) serving().put(row, records.vectorOf(row));
  for (const row of rows) checks.wrote(row);
  return rows;
}

/** What came meanwhile by another way is known, or has the place. */
function takeInto(writing: Writing, missing: MissingDocument): WriteOutcome {
  const own = writing.records.holdings.stateOf(missing.document);
  if ("write" in missing) {
    const { version, over, passages } = missing.write;
    // One that goes back says from where, and is known where that is not there.
    const theirs = { version, isThere: passages.length > 0, withdrawn: over === undefined ? [] : [over] };
    return standingOf(own, theirs) === "behind" ? writeTo(writing, missing.write) : "known";
  }
  if (own !== undefined) return "known";
  const outcome = addTo(writing, missing.record);
  return outcome === "added" ? "stored" : outcome;
}

function isAny(rows: readonly number[]): boolean {
  return rows.length > 0;
}

function namedIn(records: RecordStore, { row, score }: RowHit): readonly Hit[] {
  const id = records.idOf(row);
  return id === undefined ? [] : [{ id, score }];
}
