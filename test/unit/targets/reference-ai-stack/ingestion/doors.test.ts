// What a service behind the ingestion answers is looked at before anything is made of it: its own trouble is never
// taken for that of a document, which would go to the shelf of dead letters for it.
import { expect, it } from "vitest";
import { openDoors, type Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import { openStand, record } from "./stand.ts";

/** Answers everything with that. */
async function answering(body: unknown): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (await serveForTest((_asked, answer) => answer.end(text))).port;
}

const well = Array.from({ length: 512 }, (_, n) => Math.sin(n + 1));
const data = (...vectors: readonly (readonly unknown[])[]) => vectors.map((embedding, index) => ({ index, embedding }));
const failureOf = async (work: Promise<unknown>): Promise<object> =>
  work.then(Object, (error: unknown) => Object(error));

it.each([
  ["one vector too few", { model: "m", data: data(well) }, "1 vectors for 2 texts"],
  ["one too many", { model: "m", data: data(well, well, well) }, "3 vectors for 2 texts"],
  ["a short vector", { model: "m", data: data(well, well.slice(1)) }, "vector 1: expected 512 numbers"],
  ["a number that is none", { model: "m", data: data(well, well.with(3, Number.NaN)) }, "data[1].embedding[3]"],
  ["a number that no float holds", { model: "m", data: data(well, well.with(3, 1e39)) }, "finite"],
  [
    "all zeros",
    {
      model: "m",
      data: data(
        well.map(() => 0),
        well,
      ),
    },
    "vector 0: expected a direction",
  ],
  ["another order", { model: "m", data: data(well, well).toReversed() }, "vector 1 in the place of vector 0"],
  ["no model", { data: data(well, well) }, "model"],
  ["a page", "<html>all is well</html>", "another form"],
])("takes %s for the embedder's own trouble", async (_what, body, says) => {
  const doors = openDoors({ embedderPort: await answering(body), vectorPorts: [], token: "t" });
  const failure = await failureOf(doors.embed(["one", "two"], 7));
  expect(failure).toMatchObject({ kind: "unreachable", line: 0, message: expect.stringContaining(says) as string });
});

it("takes a document that a replica gives in another form for the replica's own trouble, and keeps no way back of it", async () => {
  const vectorPorts = [await answering({ version: 1, passages: [{ id: "a" }] })];
  const doors = openDoors({ embedderPort: 1, vectorPorts, token: "t" });
  expect(await failureOf(doors.read("a", 3))).toMatchObject({ kind: "unreachable", line: 0 });
});

it("gives a document the vectors of one model, also where the model changes while some of them are at hand", async () => {
  const { deliver, again, replicas } = await openStand();
  const page = (word: string): string => `${word} `.repeat(180).trim();
  const calls: (readonly string[])[] = [];
  const changing = (doors: Doors): Doors => ({
    ...doors,
    async embed(texts, line) {
      calls.push(texts);
      const { vectors } = await doors.embed(texts, line);
      return { model: calls.length === 1 ? "old" : "new", vectors };
    },
  });
  // All are embedded by one call, but what b and d have in common is at hand once only.
  const ingestion = again(changing);
  deliver("notes", "1.jsonl", record("a", page("first"), 1, { title: "t" }));
  deliver("notes", "2.jsonl", record("b", `${page("second")}\n\n${page("third")}`, 1, { title: "t" }));
  deliver("notes", "3.jsonl", record("d", `${page("second")}\n\n${page("fourth")}`, 1, { title: "t" }));
  await ingestion.turn();
  const records = replicas[0]?.records;
  const models = ["a", "b", "b¶2", "d", "d¶2"].map((id) => records?.lineageOf(records.rowOf(id) ?? -1)?.model);
  expect(models).toEqual(["old", "old", "old", "new", "new"]);
  expect(calls.map((texts) => texts.length)).toEqual([4, 1, 2]);
});

it("tries again where the embedder gives too few vectors, and blames no document", async () => {
  const { deliver, again, settle } = await openStand();
  let isShort = true;
  const ingestion = again((doors) => ({
    ...doors,
    async embed(texts, line) {
      const { model, vectors } = await doors.embed(texts, line);
      return { model, vectors: isShort ? vectors.slice(1) : vectors };
    },
  }));
  deliver("notes", "1.jsonl", record("a", "one"), record("b", "two"));
  await ingestion.turn();
  const { head } = ingestion.view();
  expect(head).toMatchObject({ kind: "unreachable", line: 0 });
  expect(() => ingestion.deadLetter(head?.seq ?? 0)).toThrow("fails for no document of its own");
  isShort = false;
  await settle();
  expect(ingestion.view()).toMatchObject({ published: 1, deadLetters: 0 });
});

it("is a failure with a kind and a line, whatever went wrong", async () => {
  const doors = openDoors({ embedderPort: 1, vectorPorts: [], token: "t" });
  expect(await failureOf(doors.embed(["one"], 2))).toBeInstanceOf(BatchFailure);
});
