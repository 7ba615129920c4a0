import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createRowFile } from "../../../../../targets/reference-ai-stack/common/row-file.ts";
import {
  createAnswerCache,
  type AnswerCache,
  type DropReason,
} from "../../../../../targets/reference-ai-stack/gateway/answer-cache.ts";

const ROW_BYTES = 256;
/** From the documents' point of view: a passage that is as near as this is the last one that was retrieved. */
const FLOOR = 0.5;

/** A unit vector at that angle, degrees, in a plane. */
function at(degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle)];
}

function openCache(rows = 4) {
  const folder = mkdtempSync(join(tmpdir(), "answer-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "gateway", "answer-cache.bin");
  const clock = { ms: 0 };
  const dropped: [DropReason, number][] = [];
  const cache = createAnswerCache({
    openFile: () => createRowFile(path, rows, ROW_BYTES),
    rows,
    now: () => clock.ms,
    dropped: (reason, count) => void dropped.push([reason, count]),
  });
  onTestFinished(() => cache.close());
  return { cache, clock, dropped, path };
}

const asked = (question: string, degrees = 0, context = "all") => ({
  question,
  vector: at(degrees),
  context,
  version: "v1",
});

/** Made from passages of these ids. */
const made = (...passages: string[]) => ({ passages, floor: FLOOR });

const came = (degrees: number, document = "new") => ({ document, vectors: [at(degrees)] });

function keep(cache: AnswerCache, question: string, degrees = 0, context = "all"): boolean {
  return cache.keep(cache.ticket(asked(question, degrees, context)), { says: question }, made());
}

it("gives an answer again to a question that is nearly the same, and to no other", () => {
  const { cache, clock } = openCache();
  expect(keep(cache, "How do I watch a file?")).toBe(true);
  clock.ms = 1000;
  const found = { body: { says: "How do I watch a file?" }, ageMs: 1000 };
  expect(cache.find(asked("How do I watch a file?"))).toEqual(found);
  expect(cache.find(asked("How can I watch a file?", 15))).toEqual(found);
  expect(cache.find(asked("please, how would you watch the file", 15))).toEqual(found);
  expect(cache.find(asked("How do I watch a folder?", 25))).toBeUndefined();
});

it.each([
  ["When should I use it?", "When should I not use it?"],
  ["When should I use it?", "When shouldn’t I use it?"],
  ["What is file 1 for?", "What is file 2 for?"],
  ["What does fs.readFile do?", "What does fs.readFileSync do?"],
  ["Can I read it with a lock?", "Can I read it without a lock?"],
  ["How do I encrypt data with a cipher?", "How do I decrypt data with a cipher?"],
  ["What is the minimum value of it?", "What is the maximum value of it?"],
  ["How do I make an http server?", "How do I make an https server?"],
  ["How do I turn the debugger on?", "How do I turn the debugger off?"],
  ["Which event comes before an exit?", "Which event comes after an exit?"],
  ["Do promises hardly ever reject?", "Do promises always reject?"],
  ["How do I get from a path to a URL?", "How do I get from a URL to a path?"],
  ["Can I close it twice?", "Do I close it twice?"],
  [`${"Tell me more of it. ".repeat(8)}Is it good?`, `${"Tell me more of it. ".repeat(8)}Is it bad?`],
])("takes %j for no answer to %j, though the vectors are the same", (kept, other) => {
  const { cache } = openCache();
  keep(cache, kept);
  expect(cache.find(asked(other))).toBeUndefined();
  expect(cache.find(asked(kept))).toBeDefined();
});

it("gives nothing of one context to another", () => {
  const { cache } = openCache();
  keep(cache, "Who am I?", 0, "tenant a");
  expect(cache.find(asked("Who am I?", 0, "tenant b"))).toBeUndefined();
});

it("keeps answers for ten minutes, and no more than there are rows: the one that was not used for longest goes", () => {
  const { cache, clock, dropped } = openCache(2);
  keep(cache, "first");
  keep(cache, "second", 90);
  expect(cache.find(asked("first"))).toBeDefined();
  keep(cache, "third", 180);
  expect([cache.count(), cache.find(asked("second", 90))]).toEqual([2, undefined]);
  clock.ms = 600_001;
  expect(cache.find(asked("first"))).toBeUndefined();
  expect(dropped).toEqual([
    ["room", 1],
    ["age", 2],
  ]);
});

it("drops an answer when a document comes that would have been among its passages, and only then", () => {
  const { cache, dropped } = openCache();
  keep(cache, "near");
  keep(cache, "far", 90);
  expect(cache.documentChanged(came(29))).toBe(1);
  expect(cache.find(asked("near"))).toBeUndefined();
  expect(cache.find(asked("far", 90))).toBeDefined();
  expect(dropped).toEqual([["document", 1]]);
});

it.each([
  ["that it was made from", "fs.stat", [], 1],
  ["of which it was made from a later passage", "guide", [], 1],
  ["as near as the last passage that it was made from", "new", [at(60)], 1],
  ["of which one passage of two is near, whatever its length", "new", [at(170), at(30).map((part) => part * 7)], 1],
  ["that is farther", "new", [at(61)], 0],
  ["whose id is the begin of another's", "fs", [], 0],
  ["of which it was made from a later passage", "notes", [], 1],
  ["of a like name", "guide#2a", [], 0],
  ["without text that it knew nothing of", "new", [], 0],
])("hears of a document %s, %j, and drops what it concerns", (_what, document, vectors, dropped) => {
  const { cache } = openCache();
  cache.keep(cache.ticket(asked("one")), {}, made("fs.stat", "guide#2", "notes¶2"));
  expect(cache.documentChanged({ document, vectors })).toBe(dropped);
  expect(cache.count()).toBe(1 - dropped);
});

it("reads a changed document's vectors no more often for many kept answers than for one", () => {
  const readsWith = (answers: number): number => {
    const { cache } = openCache(16);
    for (let n = 0; n < answers; n += 1) keep(cache, `question ${n}`, n);
    let reads = 0;
    const vector = new Proxy(at(180), {
      get(target, name) {
        reads += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(cache.documentChanged({ document: "new", vectors: [vector] })).toBe(0);
    return reads;
  };
  expect(readsWith(16)).toBe(readsWith(1));
});

it("does not keep an answer that was under way when its ground changed", () => {
  const { cache } = openCache();
  const [beforeDocument, farFromIt] = [cache.ticket(asked("near")), cache.ticket(asked("far", 180))];
  cache.documentChanged(came(10, "notes"));
  expect(cache.keep(beforeDocument, {}, made())).toBe(false);
  expect(cache.keep(farFromIt, {}, made("notes#2"))).toBe(false);
  expect(cache.keep(farFromIt, {}, made("notes-2"))).toBe(true);
  for (const act of [
    () => cache.clear(),
    () => (cache.indexSeen("vector-1", "a"), cache.indexSeen("vector-1", "b")),
    () => Array.from({ length: 257 }, () => cache.documentChanged(came(180))),
  ]) {
    const ticket = cache.ticket(asked("near"));
    act();
    expect(cache.keep(ticket, {}, made())).toBe(false);
  }
});

it("drops everything when a replica searches another index than before, and what other versions said", () => {
  const { cache, dropped } = openCache();
  cache.indexSeen("vector-1", "a");
  cache.indexSeen("vector-2", "b");
  keep(cache, "one");
  cache.indexSeen("vector-1", "a");
  expect(cache.count()).toBe(1);
  cache.indexSeen("vector-2", "c");
  expect(cache.count()).toBe(0);
  keep(cache, "two");
  cache.served(["v1", "v2"]);
  expect(cache.count()).toBe(1);
  cache.served(["v2"]);
  expect([cache.count(), dropped]).toEqual([
    0,
    [
      ["index", 1],
      ["model", 1],
    ],
  ]);
});

it("answers from what lies in the file, whatever that is by now, and drops what is no JSON object", () => {
  const { cache, path, dropped } = openCache(2);
  keep(cache, "one");
  keep(cache, "two", 90);
  const bytes = readFileSync(path);
  const rows = [bytes.subarray(ROW_BYTES, 2 * ROW_BYTES), bytes.subarray(0, ROW_BYTES)];
  writeFileSync(path, Buffer.concat(rows));
  expect(cache.find(asked("one"))?.body).toEqual({ says: "two" });
  writeFileSync(path, Buffer.alloc(2 * ROW_BYTES, 7));
  expect(cache.find(asked("one"))).toBeUndefined();
  expect([cache.count(), dropped]).toEqual([1, [["unreadable", 1]]]);
});

it("leaves zeros where an answer was, and another file behind when it is cleared", () => {
  const { cache, path } = openCache(2);
  keep(cache, "one");
  keep(cache, "one");
  expect([cache.count(), readFileSync(path).toString().split("says")]).toEqual([1, expect.any(Array)]);
  expect(readFileSync(path).toString().split("says")).toHaveLength(2);
  const before = statSync(path).ino;
  expect(cache.clear()).toBe(1);
  expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
  expect(statSync(path).ino).not.toBe(before);
});

it("does not keep what does not fit into a row", () => {
  const { cache } = openCache();
  expect(cache.keep(cache.ticket(asked("long")), { says: "x".repeat(ROW_BYTES) }, made())).toBe(false);
  expect(cache.count()).toBe(0);
});
