// The healer's state file, well and in trouble. What is known is never lost while the process lives, and is on the disk
// again as soon as the disk allows.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StateFile } from "../../../../../../targets/reference-ai-stack/healer/durable/state-file.ts";

let folder = "";
let file = "";
let said: (string | null)[] = [];
const opened: StateFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  file = join(folder, "healer", "state.sqlite");
  said = [];
});
afterEach(() => {
  for (const state of opened.splice(0)) state.close();
  rmSync(folder, { recursive: true });
});

function open(mostPages = 1000): StateFile {
  const onTrouble = (says: string | null): void => void said.push(says);
  const state = new StateFile(file, { mostPages, wallTime: () => "2030-01-01T00:00:00.000Z", onTrouble });
  opened.push(state);
  return state;
}

/** Brings the write-ahead log into the file, so that damage to the file is met. */
function takeOverLog(): void {
  const other = new DatabaseSync(file);
  other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  other.close();
}

/** Everything in it, sorted. */
function contents(state: StateFile): unknown {
  return ["a", "b"].map((room) => state.list(room).toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

test("what was put and dropped is the same for the next life, though nobody closed the file", () => {
  const first = open();
  first.put("a", "x", { n: 1, list: ["ä", null, true] });
  first.put("a", "x", { n: 2 });
  first.put("a", "y", "gone");
  first.drop("a", "y");
  first.put("b", "x", 7);
  const next = open();
  expect(contents(next)).toEqual(contents(first));
  expect(next.get("a", "x")).toEqual({ n: 2 });
  expect(said).toEqual([]);
});

test("a full file is said once, keeps nothing back from its life, and takes the rest as soon as there is room", () => {
  const state = open(8);
  for (let n = 0; n < 50; n += 1) state.put("a", `k${n}`, "v".repeat(1000));
  expect(said).toEqual(["the healer's state file is full"]);
  expect(state.trouble()).toBe("the healer's state file is full");
  expect(state.list("a")).toHaveLength(50);
  expect(state.owed()).toBeGreaterThan(20);
  state.retry();
  expect(said).toHaveLength(1);
  for (let n = 3; n < 50; n += 1) state.drop("a", `k${n}`);
  state.retry();
  expect(said.slice(1)).toEqual([null]);
  expect(state.owed()).toBe(0);
  expect(contents(open())).toEqual(contents(state));
});

test("a file that somebody else has locked is waited for in the background, and nothing is lost", async () => {
  open().put("a", "before", 1);
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const state = open();
  expect(said).toEqual([]);
  state.put("a", "meanwhile", 2);
  expect(said).toEqual(["the healer's state file is locked"]);
  expect(state.get("a", "meanwhile")).toBe(2);
  other.exec("COMMIT");
  other.close();
  state.retry();
  expect(said).toEqual(["the healer's state file is locked", null]);
  expect(contents(open())).toEqual([
    [
      ["before", 1],
      ["meanwhile", 2],
    ],
    [],
  ]);
});

test("what an earlier life left is read when the lock is gone; what this life changed meanwhile stands", async () => {
  // Without a write-ahead log, a writer keeps readers out too.
  mkdirSync(join(folder, "healer"));
  const other = new DatabaseSync(file);
  other.exec("CREATE TABLE state (room TEXT, key TEXT, value TEXT, PRIMARY KEY (room, key)) WITHOUT ROWID");
  other.exec("INSERT INTO state VALUES ('a', 'kept', '1'), ('a', 'changed', '1'), ('a', 'dropped', '1')");
  other.exec("BEGIN EXCLUSIVE");
  const state = open();
  expect(said).toEqual(["the healer's state file is locked"]);
  let loaded = false;
  void state.loaded.then(() => (loaded = true));
  state.put("a", "changed", 2);
  state.put("a", "dropped", 2);
  state.drop("a", "dropped");
  await Promise.resolve();
  expect(loaded).toBe(false);
  other.exec("COMMIT");
  other.close();
  state.retry();
  await state.loaded;
  expect(contents(state)).toEqual([
    [
      ["changed", 2],
      ["kept", 1],
    ],
    [],
  ]);
  expect(contents(open())).toEqual(contents(state));
});

test.each([
  ["is no database at all", () => writeFileSync(file, "not a database, and long enough to be looked at. ".repeat(200))],
  ["was cut in its middle", () => truncateSync(file, 6000)],
  [
    "holds values that are no JSON",
    () => {
      const db = new DatabaseSync(file);
      db.exec("UPDATE state SET value = '{' WHERE key = 'k1'");
      db.close();
    },
  ],
])("a file that %s is kept as evidence, and a new one takes what comes", (_, damage) => {
  const before = open();
  for (let n = 0; n < 40; n += 1) before.put("a", `k${n}`, "v".repeat(500));
  takeOverLog();
  damage();
  const state = open();
  expect(said).toEqual(["the healer's state file is damaged", null]);
  expect(readdirSync(join(folder, "healer")).some((name) => name.startsWith("state.sqlite.damaged-"))).toBe(true);
  state.put("a", "new", 1);
  expect(contents(open())).toEqual([[["new", 1]], []]);
});

test("a file that is damaged while it is open loses nothing of what is known", () => {
  const state = open();
  for (let n = 0; n < 200; n += 1) state.put("a", `k${n}`, "v".repeat(500));
  takeOverLog();
  writeFileSync(file, Buffer.alloc(400_000, 7));
  for (let n = 0; n < 200; n += 1) state.put("a", `k${n}`, n);
  expect(said).toContain("the healer's state file is damaged");
  expect(state.trouble()).toBeNull();
  expect(contents(open())).toEqual(contents(state));
});

test("a folder that cannot be written is trouble, not the end", () => {
  writeFileSync(join(folder, "healer"), "a file where a folder should be");
  const state = open();
  state.put("a", "x", 1);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("the healer's state file fails");
  expect(state.get("a", "x")).toBe(1);
  rmSync(join(folder, "healer"));
  state.retry();
  expect(said.at(-1)).toBeNull();
  expect(contents(open())).toEqual(contents(state));
});
