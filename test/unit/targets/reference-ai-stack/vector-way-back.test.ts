// A version that is gone back from: remembered with what takes its place, or by who has nothing to do, and never by who
// still has it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  openRecords,
  writeRecords,
  type RecordStore,
} from "../../../../targets/reference-ai-stack/vector/record-store.ts";

const about = { source: "s", batch: "b", schema: 1, model: "m", tags: ["public"] };
let dir: string;
let file: string;
let store: RecordStore;

const recordOf = (id: string) => ({ id, title: "", text: "a text", vector: new Float32Array(512).fill(1) });
const writeOf = (version: number, id = "d") => ({ document: "d", version, ...about, passages: [recordOf(id)] });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "way-back-"));
  file = join(dir, "records.db");
  writeRecords(file, [recordOf("another")]);
  store = openRecords(file, "writable");
});
afterEach(async () => {
  store.close();
  await rm(dir, { recursive: true, force: true });
});

/** What it says of the document now, and after it was opened again. */
function states(): readonly unknown[] {
  const now = store.holdings.stateOf("d");
  store.close();
  store = openRecords(file, "writable");
  return [now, store.holdings.stateOf("d")];
}

it("is remembered with the version that takes its place, and by who has another one or none", () => {
  store.write(writeOf(2));
  expect(store.write({ ...writeOf(1), over: 2 }).outcome).toBe("stored");
  expect(store.write({ ...writeOf(1), over: 3 }).outcome).toBe("known");
  expect(store.write({ ...writeOf(0), over: 4 }).outcome).toBe("stale");
  const state = { version: 1, isThere: true, withdrawn: [2, 3, 4] };
  expect(states()).toEqual([state, state]);
});

it("is not remembered where the write comes to no end: who has that version is behind, and has to say so", () => {
  store.write(writeOf(2));
  const db = new DatabaseSync(file);
  // The last of what is written, as where the process ends before it.
  db.exec("CREATE TRIGGER ends BEFORE INSERT ON documents BEGIN SELECT RAISE(ABORT, 'ended'); END");
  db.close();
  expect(() => store.write({ ...writeOf(1), over: 2 })).toThrow("ended");
  const state = { version: 2, isThere: true, withdrawn: [] };
  expect(states()).toEqual([state, state]);
});

it("is not remembered where another document has the place, and nothing was written", () => {
  store.write(writeOf(2));
  expect(store.write({ ...writeOf(1, "another"), over: 2 }).outcome).toBe("taken");
  const state = { version: 2, isThere: true, withdrawn: [] };
  expect(states()).toEqual([state, state]);
});
