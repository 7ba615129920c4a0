// Where the rows of a record store come from, and by which model they were embedded, as far as their lineage says; and
// the writing of vectors of another one.
import type { DatabaseSync } from "@photostructure/sqlite";
import { bytes } from "../embedder/cache.ts";

type Db = InstanceType<typeof DatabaseSync>;

/** Says of a row's vector that nobody knows whose it is: a passage of the corpus that was written again. */
export const UNKNOWN = "unknown";
const LIVING = "row NOT IN (SELECT row FROM removed_rows)";

export interface Lineage {
  readonly document: string;
  readonly version: number;
  readonly source: string;
  readonly batch: string;
  readonly schema: number;
  readonly model: string;
  readonly tags: readonly string[];
}

export interface NewVector {
  readonly row: number;
  readonly vector: Float32Array;
}

/** What can be asked of the lineage of all rows; the tables must be there. */
export function openModelsOfRows(db: Db) {
  const others = db.prepare(`SELECT count(*) AS n FROM lineage WHERE model NOT IN (?, '${UNKNOWN}') AND ${LIVING}`);
  const models = db.prepare("SELECT DISTINCT model FROM lineage ORDER BY model");
  const newest = db.prepare(`SELECT row FROM lineage WHERE model = ? AND ${LIVING} ORDER BY row DESC LIMIT ?`);
  return {
    /** Rows that were embedded by another model than that. */
    countOthers: (model: string): number => (others.get(model) as { n: number }).n,
    /** The newest rows of each model, so many of each at most. */
    newestOfEach(most: number): readonly number[] {
      const names = (models.all() as { model: string }[]).map(({ model }) => model);
      return names.flatMap((model) => (newest.all(model, most) as { row: number }[]).map(({ row }) => row));
    },
  };
}

/** Writes vectors of a model in the place of those that were there, as one change of that number. In a transaction. */
export function writeVectors(db: Db, vectors: readonly NewVector[], model: string, change: number): void {
  const stored = db.prepare("UPDATE records SET vector = ? WHERE row = ?");
  const rewritten = db.prepare("INSERT OR REPLACE INTO rewritten_rows (row, change) VALUES (?, ?)");
  const lineage = db.prepare("UPDATE lineage SET model = ? WHERE row = ?");
  for (const { row, vector } of vectors) {
    stored.run(bytes(vector), row);
    rewritten.run(row, change);
    lineage.run(model, row);
  }
}

/** The lineage of each row of a store; none in one that nobody wrote documents to. */
export function openLineage(db: Db): (row: number) => Lineage | undefined {
  return hasTable(db, "lineage") ? (row) => lineageIn(db, row) : () => undefined;
}

/** Of one row of a store that has the tables. */
export function lineageIn(db: Db, row: number): Lineage | undefined {
  const found = db
    .prepare("SELECT document, version, source, batch, schema, model, tags FROM lineage WHERE row = ?")
    .get(row) as (Omit<Lineage, "tags"> & { tags: string }) | undefined;
  return found === undefined ? undefined : { ...found, tags: JSON.parse(found.tags) as string[] };
}

export function hasTable(db: Db, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table) !== undefined;
}
