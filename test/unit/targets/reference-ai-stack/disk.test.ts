// What a replica says of a disk that takes nothing more, by errors that SQLite itself gives.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchDisk } from "../../../../targets/reference-ai-stack/common/disk.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-disk-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("a write that the disk refuses is said until one is stored, whatever writes nothing, and an error of another kind never is", () => {
  const file = join(dir, "records.db");
  const db = new DatabaseSync(file);
  db.exec("CREATE TABLE records (id TEXT UNIQUE, text TEXT)");
  const reader = new DatabaseSync(file, { readOnly: true });
  const disk = watchDisk();
  const stored = () => true;
  const sql = "INSERT INTO records VALUES ('one', 'text')";
  expect(() => disk.during(() => reader.exec(sql), stored)).toThrow("readonly");
  const refused = { wrote: 0, writeRefused: expect.stringContaining("readonly") as string };
  expect(disk.says()).toEqual(refused);
  expect(
    disk.during(
      () => "known",
      () => false,
    ),
  ).toBe("known");
  expect(disk.says()).toEqual(refused);
  expect(disk.during(() => "stored", stored)).toBe("stored");
  expect(disk.says()).toEqual({ wrote: 1 });
  db.exec("PRAGMA max_page_count = 3");
  const longText = `INSERT INTO records VALUES ('two', '${"x".repeat(100_000)}')`;
  expect(() => disk.during(() => db.exec(longText), stored)).toThrow("full");
  expect(disk.says()).toEqual({ wrote: 1, writeRefused: expect.stringContaining("full") as string });
  disk.during(() => db.exec(sql), stored);
  expect(() => disk.during(() => db.exec(sql), stored)).toThrow("UNIQUE");
  expect(disk.says()).toEqual({ wrote: 2 });
  reader.close();
  db.close();
});
