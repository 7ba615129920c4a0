// A folder that is full: what does not fit stays with its producer, in its order, until copies that nothing needs are
// let go of; and what is let go of is missed by nobody.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, it } from "vitest";
import { openIntake } from "../../../../../targets/reference-ai-stack/ingestion/intake.ts";
import { openLedger, type Batch, type Ledger } from "../../../../../targets/reference-ai-stack/ingestion/ledger.ts";
import { prune } from "../../../../../targets/reference-ai-stack/ingestion/verbs.ts";
import { openStand, record, type Stand } from "./stand.ts";

const both = (text: string | undefined) => [text, text];
const ROOM = 150 * 1024;
/** Two of these do not fit beside each other. */
const bulky = (id: string, text: string): string =>
  JSON.stringify(record(id, text)).replace("{", `{${" ".repeat(99_000)}`);

const copiesIn = ({ dir }: Stand, source: string): number =>
  readdirSync(join(dir, "ingestion", "taken", source)).length;
const lies = ({ dir }: Stand, name: string): boolean => existsSync(join(dir, "sources", "notes", name));

it("leaves what does not fit where it lies, and all behind it, and takes it once copies were let go of", async () => {
  const stand = await openStand(60_000, ROOM);
  const { deliver, ingestion, texts } = stand;
  deliver("notes", "1.jsonl", bulky("a", "the first one"));
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ writeRefused: null, spareCopies: null, published: 1 });
  deliver("notes", "2.jsonl", bulky("b", "the second one"));
  await ingestion().turn();
  deliver("notes", "3.jsonl", record("c", "a small one that would fit"));
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ queued: 0, published: 1, spareCopies: 1, head: null });
  expect(ingestion().view().writeRefused).toMatch(/^ENOSPC: .*\/taken holds \d+ of 153600 bytes, and \d+ more do not/);
  expect([lies(stand, "1.jsonl"), lies(stand, "2.jsonl"), lies(stand, "3.jsonl")]).toEqual([false, true, true]);
  // A start anew gives no room.
  stand.again();
  await ingestion().turn();
  expect(ingestion().view().writeRefused).toContain("ENOSPC");
  expect(await ingestion().prune()).toEqual({ copies: 1 });
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ writeRefused: null, published: 3 });
  expect(await Promise.all(["a", "b", "c"].map(texts))).toEqual([
    both("the first one"),
    both("the second one"),
    both("a small one that would fit"),
  ]);
});

it("says what kind of data is in the copies that may be let go of while the disk refuses, and reads few at once", async () => {
  const { deliver, ingestion, settle } = await openStand(60_000, 200);
  deliver("notes", "1.jsonl", record("a", "one", 1, { tags: ["phi"] }));
  await settle();
  expect(ingestion().view()).toMatchObject({ spareCopies: null, spareTags: [] });
  for (const name of ["2", "3"]) deliver("notes", name, record(name, "more of that"));
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ spareCopies: 2, spareTags: ["phi", "public"] });
});

it("says nothing of a disk that refused what its producer has called back since", async () => {
  const stand = await openStand(60_000, 150);
  stand.deliver("notes", "0.jsonl", record("b", "two"));
  stand.deliver("notes", "1.jsonl", record("a", "one"));
  await stand.ingestion().turn();
  expect(stand.ingestion().view().writeRefused).toContain("ENOSPC");
  rmSync(join(stand.dir, "sources", "notes", "1.jsonl"));
  expect(stand.ingestion().view()).toMatchObject({ writeRefused: null, lagMs: 0 });
});

it("keeps the way back of a batch whose copy is gone, and the tags of its records", async () => {
  const stand = await openStand();
  const { deliver, ingestion, texts } = stand;
  deliver("notes", "1.jsonl", record("c0", "newer", 2, { tags: ["phi"] }));
  await ingestion().turn();
  expect(await ingestion().prune()).toEqual({ copies: 1 });
  expect(await ingestion().prune()).toEqual({ copies: 0 });
  expect(copiesIn(stand, "notes")).toBe(0);
  // The same again is known, and not kept once more.
  deliver("notes", "1.jsonl", record("c0", "newer", 2, { tags: ["phi"] }));
  deliver("notes", "2.jsonl", "{");
  await ingestion().turn();
  expect(copiesIn(stand, "notes")).toBe(1);
  expect(ingestion().view()).toMatchObject({ queued: 1, tags: { notes: ["phi", "unclassified"] } });
  ingestion().rollBack(1);
  stand.pass(60_000);
  await ingestion().turn();
  expect(await texts("c0")).toEqual(both(undefined));
});

it("keeps a copy that another batch of the same bytes waits for, and that of a batch that is suspect", async () => {
  const stand = await openStand();
  const { deliver, ingestion, again } = stand;
  deliver("notes", "1.jsonl", record("a", "one"));
  deliver("odd", "1.jsonl", record("x", "same"), record("y", "same"), record("z", "same"));
  await ingestion().turn();
  again((doors) => ({ ...doors, write: async () => Promise.reject(new Error("killed")) }));
  deliver("notes", "2.jsonl", record("a", "one"));
  await ingestion().turn();
  expect(ingestion().view()).toMatchObject({ queued: 1, published: 2 });
  expect(await ingestion().prune()).toEqual({ copies: 0 });
  again();
  await stand.settle();
  expect(ingestion().view()).toMatchObject({ queued: 0, published: 3 });
  expect(await ingestion().prune()).toEqual({ copies: 2 });
  expect([copiesIn(stand, "notes"), copiesIn(stand, "odd")]).toEqual([0, 1]);
});

it("has room again when a producer calls back what filled it", async () => {
  const stand = await openStand(60_000, ROOM);
  const { deliver, ingestion, texts } = stand;
  deliver("notes", "1.jsonl", bulky("a", "one"));
  await ingestion().turn();
  deliver("notes", "2.jsonl", bulky("b", "two"));
  await ingestion().turn();
  ingestion().withdraw("notes", "1.jsonl");
  await ingestion().turn();
  expect([await texts("a"), await texts("b")]).toEqual([both(undefined), both("two")]);
  expect(ingestion().view()).toMatchObject({ writeRefused: null, rolledBack: 1, published: 1 });
});

it("makes room by the copy itself where the disk takes no note of it either, and then counts as unclassified", async () => {
  const stand = await openStand();
  const { deliver, ingestion, dir, again } = stand;
  for (const name of ["1.jsonl", "2.jsonl"])
    deliver("notes", name, record(name, `text of ${name}`, 1, { tags: ["phi"] }));
  await ingestion().turn();
  const ledger = openLedger(join(dir, "ingestion"));
  const parts = { sourcesDir: join(dir, "sources"), dir: join(dir, "ingestion"), roomBytes: Infinity, now: Date.now };
  const intake = openIntake({ ...parts, ledger, onPassed: () => undefined });
  const isFull = (seq: number): boolean => intake.kept(ledger.get(seq) as Batch) !== undefined || seq === 2;
  const letGo: Ledger["letGo"] = (gone) => {
    if (gone.some(({ seq }) => isFull(seq))) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    ledger.letGo(gone);
  };
  await expect(prune({ ledger: { ...ledger, letGo }, intake })).rejects.toThrow("ENOSPC");
  expect([ledger.tagsLetGo(1), ledger.tagsLetGo(2), copiesIn(stand, "notes")]).toEqual([["phi"], undefined, 0]);
  ledger.close();
  deliver("notes", "3.jsonl", "{");
  await again().turn();
  expect(ingestion().view()).toMatchObject({ tags: { notes: ["phi", "unclassified"] } });
  expect(await ingestion().prune()).toEqual({ copies: 1 });
});

it("counts copies alone, so that ways back never fill the room for good", async () => {
  const stand = await openStand(60_000, 4000);
  const { deliver, ingestion, dir } = stand;
  for (let version = 1; version <= 4; version += 1) {
    deliver("notes", `${version}.jsonl`, record("a", `text ${version}`, version));
    await stand.settle();
  }
  expect(statSync(join(dir, "ingestion", "ledger.db")).size).toBeGreaterThan(4000);
  expect(ingestion().view()).toMatchObject({ published: 4, writeRefused: null });
});

it("lets go of the copies of what was taken back, and keeps those that a suspect batch shares", async () => {
  const stand = await openStand();
  const { deliver, ingestion, settle } = stand;
  deliver("notes", "1.jsonl", record("a", "one"));
  for (const name of ["1.jsonl", "2.jsonl"]) deliver("odd", name, ...["x", "y", "z"].map((id) => record(id, "same")));
  await settle();
  ingestion().rollBack(1);
  ingestion().rollBack(2);
  await settle();
  expect(await ingestion().prune()).toEqual({ copies: 1 });
  expect([copiesIn(stand, "notes"), copiesIn(stand, "odd")]).toEqual([0, 1]);
});

it("leaves half of the room to others than a source in quarantine, and waits for nothing of it", async () => {
  const stand = await openStand(60_000, 600);
  const { deliver, ingestion, settle, pass } = stand;
  deliver("notes", "0.jsonl", record("n", "first"));
  await settle();
  ingestion().quarantine("notes");
  for (let n = 1; n <= 9; n += 1) deliver("notes", `${n}.jsonl`, record("n", "more", n + 1));
  deliver("others", "1.jsonl", record("b", "two"));
  await ingestion().turn();
  pass(60_000);
  expect(await stand.texts("b")).toEqual(both("two"));
  expect(ingestion().view()).toMatchObject({ writeRefused: null, lagMs: 0, published: 2 });
  expect(readdirSync(join(stand.dir, "sources", "notes")).length).toBeGreaterThan(5);
});

it("puts aside what never fits, each for itself, says so, and takes what lies behind it", async () => {
  const stand = await openStand(60_000, 1024);
  const { deliver, ingestion, settle, dir } = stand;
  for (const text of ["one", "two", "two"]) {
    deliver("notes", "1.jsonl", bulky("a", text));
    deliver("notes", "2.jsonl", record("b", "behind"));
    await settle();
  }
  expect(await stand.texts("b")).toEqual(both("behind"));
  expect(ingestion().view()).toMatchObject({ oversized: 2, writeRefused: null, published: 1 });
  const aside = readdirSync(join(dir, "ingestion", "oversized", "notes"));
  const shelf = readdirSync(join(dir, "ingestion", "dead-letters", "notes"));
  expect([aside.length, shelf.toSorted()]).toEqual([
    2,
    aside.map((hash) => `oversized-${hash.slice(0, 16)}.json`).toSorted(),
  ]);
});

it("lets go of many copies a hundred at a time, and others have their turn between", async () => {
  const { deliver, ingestion, settle, dir } = await openStand();
  deliver("notes", "1.jsonl", record("a", "one"));
  await settle();
  const db = new DatabaseSync(join(dir, "ingestion", "ledger.db"));
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
    INSERT INTO batches (source, batch, hash, arrived, state) SELECT 'notes', 'b' || i, 'h' || i, i, 'published' FROM n`);
  const left = (): number => (db.prepare("SELECT 300 - count(*) AS n FROM let_go").get() as { n: number }).n;
  const seen: number[] = [];
  const state = { isOver: false };
  const pruned = ingestion()
    .prune()
    .finally(() => (state.isOver = true));
  for (; !state.isOver; await setImmediate()) seen.push(left());
  expect(await pruned).toEqual({ copies: 300 });
  expect(new Set(seen)).toEqual(new Set([200, 100, 0]));
  db.close();
});
