// Where Chroma's vectors lie, by a table of SQLite's own making that is like Chroma's (embeddings_queue of chromadb
// 1.x): what is written there is what SQLite reads.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { embed, readNotes } from "../../../../targets/foreign/notes-app.ts";
import { dimensions, storedVectors } from "../../../../targets/foreign/supervisord/stored-vectors.ts";

const notes = readNotes(join(import.meta.dirname, "../../../../targets/foreign/notes.jsonl"));
const vectorOf = (question: string): Buffer => Buffer.from(Float32Array.from(embed(question, dimensions)).buffer);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stored-vectors-"));
  path = join(folder, "chroma.sqlite3");
});
afterEach(() => rmSync(folder, { recursive: true }));

function withTable<T>(use: (database: DatabaseSyncInstance) => T): T {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

function write(times: number): void {
  withTable((database) => {
    database.exec("CREATE TABLE IF NOT EXISTS embeddings_queue (seq_id INTEGER PRIMARY KEY, id TEXT, vector BLOB)");
    const insert = database.prepare("INSERT INTO embeddings_queue (id, vector) VALUES (?, ?)");
    for (let n = 0; n < times; n += 1) for (const { id, question } of notes) insert.run(id, vectorOf(question));
  });
}

const readBack = (): ReadonlyMap<string, Buffer> =>
  withTable((database) => {
    const rows = database.prepare("SELECT id, vector FROM embeddings_queue ORDER BY seq_id").all();
    return new Map(rows.map((row) => [String(row["id"]), Buffer.from(row["vector"] as Uint8Array)]));
  });

/** Gives each row the vector of the one that comes so many later, as index.corruption does. */
function rotate(by: number): void {
  const file = readFileSync(path);
  const { pieces } = storedVectors(file, notes) ?? { pieces: [] };
  const were = pieces.map(({ at, bytes }) => Buffer.from(file.subarray(at, at + bytes)));
  for (const [n, { at }] of pieces.entries()) were[(n + by) % were.length]?.copy(file, at);
  writeFileSync(path, file);
}

describe("the vectors in Chroma's SQLite file", () => {
  it("are one a note, where SQLite reads them: what is written there it reads, of each note another one's", () => {
    write(1);
    const found = storedVectors(readFileSync(path), notes);
    expect(found).toMatchObject({ offset: 0, rowBytes: 4 * dimensions, rows: notes.length });
    rotate(1);
    const now = readBack();
    for (const [n, { id }] of notes.entries()) {
      expect(now.get(id)).toEqual(vectorOf(notes[(n + 1) % notes.length]?.question ?? ""));
    }
    rotate(-1 + notes.length);
    for (const { id, question } of notes) expect(readBack().get(id)).toEqual(vectorOf(question));
  });

  it("are the newest of each, where the application wrote them again, and none of those that were deleted", () => {
    write(3);
    rotate(1);
    const now = readBack();
    for (const [n, { id }] of notes.entries()) {
      expect(now.get(id)).toEqual(vectorOf(notes[(n + 1) % notes.length]?.question ?? ""));
    }
    withTable((database) => database.exec("DELETE FROM embeddings_queue WHERE seq_id > 3"));
    expect(storedVectors(readFileSync(path), notes)).toBeUndefined();
  });

  it("are not there in a file that is empty, of zeros, or of something else", () => {
    for (const file of [Buffer.alloc(0), Buffer.alloc(8_192), Buffer.alloc(8_192, 0x0d), Buffer.alloc(99, 0xff)]) {
      expect(storedVectors(file, notes)).toBeUndefined();
    }
  });
});
