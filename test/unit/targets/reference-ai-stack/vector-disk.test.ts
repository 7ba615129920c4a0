// What a replica says of a disk that takes nothing more, by errors that SQLite itself gives.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchDisk } from "../../../../targets/reference-ai-stack/vector/disk.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-disk-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("a write that the disk refuses is said until the next one is taken, and an error of another kind never is", () => {
  const file = join(dir, "records.db");
  const db = new DatabaseSync(file);
  db.exec("CREATE TABLE records (id TEXT UNIQUE, text TEXT)");
  const reader = new DatabaseSync(file, { readOnly: true });
  const disk = watchDisk();
  const sql = "INSERT INTO records VALUES ('one', 'text')";
  expect(() => disk.during(() => reader.exec(sql))).toThrow("readonly");
  expect(disk.says()).toEqual({ writeRefused: expect.stringContaining("readonly") as string });
  expect(disk.during(() => "taken")).toBe("taken");
  expect(disk.says()).toEqual({});
  db.exec("PRAGMA max_page_count = 3");
  const longText = `INSERT INTO records VALUES ('two', '${"x".repeat(100_000)}')`;
  expect(() => disk.during(() => db.exec(longText))).toThrow("full");
  expect(disk.says()).toEqual({ writeRefused: expect.stringContaining("full") as string });
  disk.during(() => db.exec(sql));
  expect(() => disk.during(() => db.exec(sql))).toThrow("UNIQUE");
  expect(disk.says()).toEqual({});
  reader.close();
  db.close();
});
