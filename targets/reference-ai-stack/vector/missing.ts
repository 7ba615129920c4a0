// Documents and versions that a sibling has and a replica was never told of: found by comparing both record stores,
// laid beside the one that lacks them, whole or not at all, and taken by its replica through its own way of writing.
// A version that was gone back from here is never taken again.
import { readFile, writeFile } from "node:fs/promises";
import { setImmediate as settle } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { bytes, DIMENSIONS, floats } from "../embedder/cache.ts";
import { earlierPassageId, passageId } from "../common/passage-ids.ts";
import { standingOf } from "../common/held-document.ts";
import { documentsIn } from "./holdings.ts";
import { lay, takeLaid } from "./laid.ts";
import type { IndexFiles } from "./layout.ts";
import { openLineage, UNKNOWN, type Lineage } from "./lineage.ts";
import type { DocumentWrite } from "./provenance.ts";
import { LOCK_TIMEOUT_MS } from "./record-store.ts";
import { hasDirection } from "./same-vector.ts";
import type { StoredRecord } from "./stored-record.ts";

/** Either a document with its lineage, or a passage that has none. */
export type MissingDocument =
  | { readonly document: string; readonly write: DocumentWrite }
  | { readonly document: string; readonly record: StoredRecord };

/** What became of them. */
export interface TakenDocuments {
  readonly taken: number;
  /** Known by then, or in another's place. */
  readonly left: number;
}

type Db = InstanceType<typeof DatabaseSync>;

/**
 * What `source` has and `target` was never told of: documents, versions, and that a version was gone back from. Both
 * may be written meanwhile. Throws when a vector of them is none: what would be searched by it is damaged at the
 * sibling, too.
 */
export function missingIn(target: string, source: string): readonly MissingDocument[] {
  return reading(source, (theirs) => {
    const held = documentsIn(theirs);
    const known = reading(target, documentsIn);
    const lineageOf = openLineage(theirs);
    return [...held].flatMap(([document, state]) => {
      const own = known.get(document);
      if (standingOf(own, state) !== "behind") return [];
      const now = state.isThere ? missingOf(theirs, document, lineageOf) : deleted(document, state.version);
      return [own === undefined ? now : inPlaceOf(own.version, now)];
    });
  });
}

/** Nothing of it is stored, so that nothing is said of where it comes from. */
function deleted(document: string, version: number): MissingDocument {
  const about = { source: "", batch: "", schema: 0, model: "", tags: [] };
  return { document, write: { document, version, ...about, passages: [] } };
}

/** As a write over the version that the target has; it says so where it goes back from that. */
function inPlaceOf(own: number, missing: MissingDocument): MissingDocument {
  const corpus = { version: 0, source: "corpus", batch: "corpus", schema: 0, model: UNKNOWN, tags: [] };
  const { document } = missing;
  const write = "write" in missing ? missing.write : { document, ...corpus, passages: [missing.record] };
  return { document, write: own > write.version ? { ...write, over: own } : write };
}

/** Of one moment. */
function reading<Read>(file: string, read: (db: Db) => Read): Read {
  const db = new DatabaseSync(file, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    db.exec("BEGIN");
    const found = read(db);
    // Else its statements would keep the store locked after it was closed.
    db.exec("COMMIT");
    return found;
  } finally {
    db.close();
  }
}

interface PassageRow {
  readonly row: number;
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly vector: Uint8Array;
}

function missingOf(db: Db, document: string, lineageOf: (row: number) => Lineage | undefined): MissingDocument {
  const byId = db.prepare("SELECT row, id, title, text, vector FROM records WHERE id = ?");
  const rowOf = (id: string): PassageRow | undefined => byId.get(id) as PassageRow | undefined;
  const first = rowOf(document);
  if (first === undefined) throw new Error(`${document} has no passage of its name`);
  const lineage = lineageOf(first.row);
  if (lineage === undefined) return { document, record: recordOf(first) };
  const passages = [recordOf(first)];
  for (;;) {
    const names = [passageId(document, passages.length), earlierPassageId(document, passages.length)];
    const next = names.flatMap((name) => rowOf(name) ?? []).find(({ row }) => isOf(lineageOf(row), lineage));
    if (next === undefined) return { document, write: { ...lineage, document, passages } };
    passages.push({ ...recordOf(next), id: passageId(document, passages.length) });
  }
}

/** A passage of an earlier version was removed with it. */
function isOf(one: Lineage | undefined, { document, version }: Lineage): boolean {
  return one?.document === document && one.version === version;
}

function recordOf({ id, title, text, vector }: PassageRow): StoredRecord {
  const own = vector.byteLength === DIMENSIONS * 4 ? floats(vector) : new Float32Array();
  if (own.length === DIMENSIONS && hasDirection(own)) return { id, title, text, vector: own };
  throw new Error(`${id} has no vector of ${DIMENSIONS} numbers with a direction at the sibling, either`);
}

/** What was laid beside the record store. */
export interface LaidDocuments {
  readonly missing: number;
  /** By which name it is taken; null: nothing is missing, and nothing was laid. */
  readonly laid: string | null;
}

/** Lays beside the target's record store what the source's has and it was never told of: a line for each document. */
export async function layMissing(target: IndexFiles, source: IndexFiles): Promise<LaidDocuments> {
  const missing = missingIn(target.records, source.records);
  if (missing.length === 0) return { missing: 0, laid: null };
  const pack = (key: string, value: unknown): unknown => (key === "vector" ? packed(value) : value);
  const lines = missing.map((one) => `${JSON.stringify(one, pack)}\n`);
  const laid = await lay(target.records, "missing", (draft) => writeFile(draft, lines));
  return { missing: missing.length, laid };
}

/**
 * Hands each document that was laid by that name to `take`, which says whether it was stored. Whoever asks for
 * something comes in before the next. Rejects where nothing was laid; what was stored by then stays, and is known the
 * next time.
 */
export async function takeMissing(
  files: IndexFiles,
  laid: string,
  take: (missing: MissingDocument) => boolean,
): Promise<TakenDocuments> {
  return takeLaid(files.records, "missing", laid, async (file) => {
    const whole = await readFile(file);
    let [taken, left] = [0, 0];
    for (let from = 0; from < whole.length;) {
      const end = whole.indexOf("\n", from);
      if (end === -1) throw new Error(`${file} does not end with a whole line`);
      await settle();
      if (take(readMissing(whole.toString("utf8", from, end)))) taken += 1;
      else left += 1;
      from = end + 1;
    }
    return { taken, left };
  });
}

function readMissing(line: string): MissingDocument {
  const unpack = (key: string, value: unknown): unknown => (key === "vector" ? unpacked(value) : value);
  return JSON.parse(line, unpack) as MissingDocument;
}

function packed(value: unknown): string {
  return Buffer.from(bytes(value as Float32Array)).toString("base64");
}

function unpacked(value: unknown): Float32Array {
  // A copy: a slice of a Buffer is none.
  return floats(Uint8Array.from(Buffer.from(String(value), "base64")));
}
