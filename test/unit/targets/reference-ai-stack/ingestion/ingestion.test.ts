// What arrives is found at every replica, in its newest version; what cannot be published holds the queue until
// somebody decides; and whatever is killed half-way goes on where it was, with nothing lost.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, record } from "./stand.ts";

const both = (text: string | undefined) => [text, text];

/** Doors that break off at the n-th write to the vector store, as those of a process that is killed there. */
function breakAt(n: number): (doors: Doors) => Doors {
  return (doors) => {
    let left = n;
    return {
      ...doors,
      async write(...args) {
        left -= 1;
        if (left < 0) throw new BatchFailure("unreachable", 0, "killed");
        return doors.write(...args);
      },
    };
  };
}

it("finds what has arrived at every replica, with where it comes from", async () => {
  const { deliver, ingestion, texts, replicas } = await openStand();
  deliver("notes", "b1.jsonl", record("a", "first note"), record("b", "second note", 1, { tags: ["phi"] }));
  await ingestion().turn();
  expect([await texts("a"), await texts("b")]).toEqual([both("first note"), both("second note")]);
  const records = replicas[1]?.records;
  expect(records?.lineageOf(records.rowOf("b") ?? -1)).toEqual({
    document: "b",
    version: 1,
    source: "notes",
    batch: "b1.jsonl",
    schema: 1,
    model: "m",
    tags: ["phi"],
  });
  expect(ingestion().view()).toMatchObject({ lagMs: 0, queued: 0, published: 1, head: null, suspects: [] });
});

it("takes a batch that comes twice once, keeps the newer of two versions, and takes an empty one for what it is", async () => {
  const { deliver, ingestion, texts, replicas } = await openStand();
  deliver("notes", "2.jsonl", record("a", "newer", 2));
  await ingestion().turn();
  deliver("notes", "1.jsonl", record("a", "older", 1), record("b", "other"));
  await ingestion().turn();
  deliver("notes", "2.jsonl", record("a", "newer", 2));
  deliver("notes", "2-again.jsonl", record("a", "newer", 2));
  deliver("notes", "empty.jsonl", "");
  await ingestion().turn();
  expect([await texts("a"), await texts("b")]).toEqual([both("newer"), both("other")]);
  expect(replicas.map(({ records }) => records.count())).toEqual([12, 12]);
  expect(ingestion().view()).toMatchObject({ published: 4, queued: 0, suspects: [] });
});

it("says how many documents a batch has changed so far, also before it is published", async () => {
  const { deliver, again, settle } = await openStand();
  const found: unknown[] = [];
  const ingestion = again((doors) => ({
    ...doors,
    write: async (document, write, line) => {
      const outcome = await doors.write(document, write, line);
      found.push(ingestion.find("notes", "1.jsonl"));
      return outcome;
    },
  }));
  deliver("notes", "1.jsonl", record("a", "one"), record("b", "two"), record("c#0", ""));
  await settle();
  expect(found).toMatchObject([1, 2, 3].map((changed) => ({ state: "queued", changed })));
  expect(ingestion.find("notes", "1.jsonl")).toMatchObject({ state: "published", changed: 3 });
});

it("holds all behind a document that fails each time, with growing pauses, until it lies on the shelf of dead letters", async () => {
  const { deliver, ingestion, texts, pass, dir, again } = await openStand();
  deliver("notes", "1.jsonl", record("a", "before"), '{"schema":1,"id":"tor', record("b", "beside"));
  await ingestion().turn();
  deliver("others", "2.jsonl", record("c", "behind"));
  pass(1000);
  await ingestion().turn();
  const { head, queued } = ingestion().view();
  expect(head).toMatchObject({ seq: 1, attempts: 2, kind: "unreadable", line: 2, mapping: null });
  expect([queued, head?.nextInMs]).toEqual([2, 500]);
  expect([await texts("a"), await texts("c")]).toEqual([both(undefined), both(undefined)]);
  expect(() => ingestion().deadLetter(2)).toThrow("does not fail at the head");
  expect(ingestion().deadLetter(1)).toEqual({ line: 2 });
  await ingestion().turn();
  expect(await Promise.all(["a", "b", "c"].map(texts))).toEqual([both("before"), both("beside"), both("behind")]);
  const shelf = join(dir, "ingestion", "dead-letters", "notes");
  const letters = readdirSync(shelf).map((name) => JSON.parse(readFileSync(join(shelf, name), "utf8")) as unknown);
  expect(letters).toMatchObject([{ source: "notes", batch: "1.jsonl", line: 2, text: '{"schema":1,"id":"tor' }]);
  expect(again().view()).toMatchObject({ deadLetters: 1, queued: 0, published: 2 });
});

it("names the renaming after which records of another schema would fit, and takes them once it is agreed to", async () => {
  const { deliver, ingestion, texts } = await openStand();
  const drifted = { schema: 1, id: "a", title: "t", body: "under another name", version: 1, tags: [] };
  deliver("notes", "1.jsonl", drifted);
  await ingestion().turn();
  const mapping = { body: "text" };
  expect(ingestion().view().head).toMatchObject({ kind: "schema", mapping });
  expect(() => ingestion().repairSchema("others", mapping)).toThrow("no records of others");
  ingestion().repairSchema("notes", mapping);
  await ingestion().turn();
  deliver("notes", "2.jsonl", record("b", "as ever"), { ...drifted, id: "c", title: "c" });
  await ingestion().turn();
  expect(await Promise.all(["a", "b", "c"].map(texts))).toEqual([
    both("under another name"),
    both("as ever"),
    both("under another name"),
  ]);
});

it("proposes no renaming where two would fit, or none would do", async () => {
  const { deliver, ingestion } = await openStand();
  const { text: _text, ...without } = record("a", "x") as { text: string };
  for (const [n, more] of [{ body: "x y", note: "z" }, { body: 7 }, {}].entries()) {
    deliver("notes", `${n}.jsonl`, { ...without, ...more });
    await ingestion().turn();
    expect(ingestion().view().head).toMatchObject({ kind: "schema", mapping: null });
    ingestion().deadLetter(n + 1);
    await ingestion().turn();
  }
});

const page = "<html><h1>503 Service Unavailable</h1></html>";

it("says that a batch is suspect whose documents all say the same, and takes it back word for word, without what came later", async () => {
  const { deliver, ingestion, texts, replicas } = await openStand();
  deliver("notes", "0.jsonl", record("a", "what a says", 1));
  await ingestion().turn();
  deliver("notes", "1.jsonl", ...["a", "c#1", "c#2", "new"].map((id) => record(id, page, 2)));
  await ingestion().turn();
  expect(await texts("c#1")).toEqual(both(page));
  expect(ingestion().view().suspects).toMatchObject([{ seq: 2, says: "4 of 4 documents have the same text" }]);
  deliver("notes", "2.jsonl", record("c#2", "mended by its source", 3), record("z", "later"));
  await ingestion().turn();
  ingestion().rollBack(2);
  await ingestion().turn();
  expect(await Promise.all(["a", "c#1", "c#2", "new", "z"].map(texts))).toEqual(
    ["what a says", "corpus text 1", "mended by its source", undefined, "later"].map(both),
  );
  expect(await Promise.all(replicas.map(async (replica) => (await replica.selfRetrieval(50, 1)).share))).toEqual([
    1, 1,
  ]);
  expect(ingestion().view()).toMatchObject({ suspects: [], rolledBack: 1, lagMs: 0 });
});

it("goes on where it was killed, at each write of a publication and of a way back, and loses no document", async () => {
  for (let n = 0; n < 5; n += 1) {
    const { deliver, again, texts, ingestion, settle } = await openStand();
    deliver("notes", "1.jsonl", ...["a", "c#1", "c#2", "new"].map((id) => record(id, page, 2)));
    await again(breakAt(n)).turn();
    again();
    await settle();
    expect(await Promise.all(["a", "c#1", "c#2", "new"].map(texts))).toEqual([page, page, page, page].map(both));
    again(breakAt(n)).rollBack(1);
    await ingestion().turn();
    again();
    await settle();
    expect(await Promise.all(["a", "c#1", "c#2", "new"].map(texts))).toEqual(
      [undefined, "corpus text 1", "corpus text 2", undefined].map(both),
    );
  }
});

it("takes nothing more from a quarantined source and takes back what came since it was suspect, and keeps all of it", async () => {
  const { deliver, ingestion, texts, again } = await openStand();
  deliver("notes", "0.jsonl", record("a", "good"));
  deliver("others", "0.jsonl", record("o", "of another source"));
  await ingestion().turn();
  deliver("notes", "1.jsonl", ...["c#1", "c#2", "c#3"].map((id) => record(id, page, 2)));
  deliver("notes", "2.jsonl", "no record");
  deliver("others", "2.jsonl", record("p", "waits behind it"));
  await ingestion().turn();
  expect(await texts("p")).toEqual(both(undefined));
  expect(ingestion().quarantine("notes")).toEqual({ batches: 2 });
  await ingestion().turn();
  deliver("notes", "3.jsonl", record("b", "comes later"));
  await again().turn();
  expect(await Promise.all(["a", "o", "p", "c#1", "b"].map(texts))).toEqual(
    ["good", "of another source", "waits behind it", "corpus text 1", undefined].map(both),
  );
  expect(ingestion().find("notes", "3.jsonl")?.state).toBe("quarantined");
  expect(() => ingestion().quarantine("nobody")).toThrow("nothing came from nobody");
});

it("has a few documents embedded by one call, each with its own vectors, and tells which one is never taken", async () => {
  const { deliver, again, ingestion, replicas, settle } = await openStand();
  const calls: number[] = [];
  const watched = (doors: Doors): Doors => ({
    ...doors,
    async embed(texts, line) {
      calls.push(texts.length);
      if (texts.some((text) => text.includes("odd"))) throw new BatchFailure("refused", line, "never");
      return doors.embed(texts, line);
    },
  });
  const many = ["a", "b", "c", "d", "e"].map((id) => record(id, `what ${id} says`));
  deliver(
    "notes",
    "1.jsonl",
    ...many,
    record("gone", ""),
    record("f", `${"one. ".repeat(400)}\n\n${"two. ".repeat(400)}`),
  );
  await again(watched).turn();
  // Four documents, and then the fifth, a deletion and the two passages of the last.
  expect(calls).toEqual([4, 3]);
  expect(await Promise.all(replicas.map(async (replica) => (await replica.selfRetrieval(50, 1)).share))).toEqual([
    1, 1,
  ]);
  deliver("notes", "2.jsonl", record("g", "good"), record("h", "odd"), record("i", "good, too"));
  await ingestion().turn();
  expect(ingestion().view().head).toMatchObject({ kind: "refused", line: 2 });
  ingestion().deadLetter(2);
  await settle();
  expect(ingestion().view()).toMatchObject({ published: 2, deadLetters: 1 });
});

it("has documents of batches that wait behind embedded by the same call, and more of them once it is told to", async () => {
  const { deliver, again, ingestion, texts } = await openStand();
  const calls: number[] = [];
  const watched = (doors: Doors): Doors => ({
    ...doors,
    embed: async (all, line) => (calls.push(all.length), doors.embed(all, line)),
  });
  const one = async (n: number): Promise<void> => {
    for (let k = 0; k < 6; k += 1) deliver("notes", `${n}-${k}.jsonl`, record(`d${n}-${k}`, `says ${n} ${k}`));
    deliver("notes", `${n}-6.jsonl`, "torn");
    await ingestion().turn();
    ingestion().deadLetter(ingestion().view().head?.seq ?? -1);
    await ingestion().turn();
  };
  again(watched);
  await one(1);
  expect(calls).toEqual([4, 2]);
  ingestion().scale(16);
  await one(2);
  expect([calls, ingestion().view().atOnce]).toEqual([[4, 2, 6], 16]);
  expect(await texts("d2-5")).toEqual(both("says 2 5"));
  expect(() => ingestion().scale(17)).toThrow("17 documents at once; expected at most 16");
  expect(again().view()).toMatchObject({ published: 14, queued: 0, atOnce: 4, mostAtOnce: 16 });
});
