// New vectors for passages that are stored: which passages there are with what each was embedded of, and the new
// vectors laid beside the record store, which takes them all at once or none.
import { DatabaseSync } from "@photostructure/sqlite";
import { DIMENSIONS, floats } from "../embedder/cache.ts";
import { embeddedText } from "./embedded-text.ts";
import { openLineage } from "./lineage.ts";
import { removedIn } from "./provenance.ts";
import { LOCK_TIMEOUT_MS, writeRecords } from "./record-store.ts";
import { lay, takeLaid } from "./laid.ts";
import type { IndexFiles } from "./layout.ts";
import { hasDirection } from "./same-vector.ts";
import { readManifest } from "./snapshot.ts";
import type { StoredRecord } from "./stored-record.ts";

/** A stored passage with what its vector is made of. */
export interface EmbeddedPassage extends StoredRecord {
  /** The text that is embedded. */
  readonly embeds: string;
  /** The model that its vector is said to come from; undefined: nobody says. */
  readonly model: string | undefined;
}

/** All passages of a record store, of one moment; the replica may be writing meanwhile. */
export function readPassages(file: string): readonly EmbeddedPassage[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    db.exec("BEGIN");
    const gone = new Set(removedIn(db));
    const lineageOf = openLineage(db);
    const all = db.prepare("SELECT row, id, title, text, vector FROM records ORDER BY row").all() as {
      row: number;
      id: string;
      title: string;
      text: string;
      vector: Uint8Array;
    }[];
    const passages = all
      .filter(({ row }) => !gone.has(row))
      .map(({ row, id, title, text, vector }) => {
        const lineage = lineageOf(row);
        const embeds = embeddedText({ id, title, text }, lineage);
        return { id, title, text, vector: floats(vector), embeds, model: lineage?.model };
      });
    // Else its statements would keep the store locked after it was closed.
    db.exec("COMMIT");
    return passages;
  } finally {
    db.close();
  }
}

/** Lays passages with their new vectors beside the record store, and returns by which name they are taken. */
export async function layVectors(records: string, passages: readonly StoredRecord[]): Promise<string> {
  return lay(records, "reembedded", (draft) => writeRecords(draft, passages));
}

/** What became of new vectors: passages that have them, and those that say something else by now. */
export interface Taken {
  readonly changed: number;
  readonly left: number;
  /** Of those changed, so many lie in the index's file as they were before. */
  readonly inFile: number;
}

/** What was laid, and of which model it is. */
export interface LaidVectors {
  readonly model: string;
  readonly laid: string;
}

/**
 * Hands what was laid there to `take`, which says which rows it has changed; whether it took it or not, nobody takes it
 * again. Rejects, with nothing taken, where nothing was laid, or it is of another model than the index.
 */
export async function takeVectors(
  files: IndexFiles,
  { model, laid }: LaidVectors,
  take: (passages: readonly StoredRecord[]) => readonly number[],
): Promise<Taken> {
  return takeLaid(files.records, "reembedded", laid, (file) => {
    const { model: wanted, rows: rowsInFile, without = [] } = readManifest(files);
    if (model !== wanted) throw new Error(`the vectors are of ${model}; the index is of ${wanted}`);
    const passages = readPassages(file);
    const bad = passages.find(({ vector }) => !isVector(vector));
    if (bad !== undefined) {
      throw new Error(`${bad.id} has no vector of ${DIMENSIONS} numbers with a direction; nothing was taken`);
    }
    const changed = take(passages);
    const inFile = changed.filter((row) => row < rowsInFile && !without.includes(row)).length;
    return { changed: changed.length, left: passages.length - changed.length, inFile };
  });
}

function isVector(vector: Float32Array): boolean {
  return vector.length === DIMENSIONS && hasDirection(vector);
}
