// Documents that push the right passages out of what is retrieved are seen by questions whose passage is known, though
// nothing of it shows in their texts; documents that take one place of each question are not.
import { expect, it } from "vitest";
import { openCrowding, type Written } from "../../../../../targets/reference-ai-stack/ingestion/crowding.ts";
import type { Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, record, vectorOf } from "./stand.ts";

const batch = (seq: number, source = "notes") => ({ seq, source });
const axis = (n: number, aside: number): readonly number[] =>
  Array.from({ length: 12 }, (_, i) => (i === n ? 1 : i === 11 ? aside : 0));
/** Question n points along axis n, and its passage a little aside. */
const doors: Pick<Doors, "embed" | "search"> = {
  embed: async (texts) => ({ model: "m", vectors: texts.map((text) => axis(Number(text), 0)) }),
  search: async (vectors) => vectors.map((vector) => [{ id: `p${vector.indexOf(1)}`, score: 0.9 }]),
};
const questions = Array.from({ length: 8 }, (_, n) => ({ question: String(n), passage: `p${n}` }));
/** Documents of one passage each, `copies` for each of so many questions, nearer than its own or not. */
const written = (count: number, copies: number, aside = 0.1, name = "d"): readonly Written[] =>
  Array.from({ length: count * copies }, (_, n) => ({ document: `${name}${n}`, vectors: [axis(n % count, aside)] }));

async function learned(stands: (seq: number) => boolean = () => true) {
  const crowding = openCrowding({ questions, doors, stands });
  await crowding.learn();
  return crowding;
}

it("suspects a batch whose documents fill all places before the passages of five questions", async () => {
  const { after } = await learned();
  expect(after(batch(1), written(5, 4))).toEqual([
    { seq: 1, says: "5 of 8 questions do not find their passage any more: 4 documents of it lie nearer to each" },
  ]);
});

it.each([
  ["take one place of each question", written(8, 1)],
  ["leave one place of each question", written(8, 3)],
  ["crowd four questions alone", written(4, 4)],
  ["lie further away than the right passage", written(8, 4, 0.6)],
])("suspects none whose documents %s", async (_what, documents) => {
  const { after } = await learned();
  expect(after(batch(1), documents)).toEqual([]);
});

it("counts batches of one source together, and none that was taken back or came from elsewhere", async () => {
  const back = await learned((seq) => seq !== 1);
  const { after } = await learned();
  for (const one of [after, back.after]) expect(one(batch(1), written(6, 2))).toEqual([]);
  expect(after(batch(2, "others"), written(6, 2, 0.1, "o"))).toEqual([]);
  expect(after(batch(3), written(1, 1, 0.1, "c"))).toEqual([]);
  expect(after(batch(4), written(6, 2, 0.1, "e")).map(({ seq }) => seq)).toEqual([1, 4]);
  expect(back.after(batch(2), written(6, 2, 0.1, "e"))).toEqual([]);
});

it("counts a document once, however often it comes, and however many of its passages lie nearer", async () => {
  const { after } = await learned();
  for (const seq of [1, 2, 3, 4, 5]) expect(after(batch(seq), written(6, 1))).toEqual([]);
  const page = Array.from({ length: 8 }, (_, n) => axis(n, 0.1));
  expect(after(batch(6), [{ document: "page", vectors: [...page, ...page, ...page, ...page] }])).toEqual([]);
});

it("does not judge by a question whose own document was written anew, until it is asked anew", async () => {
  const { after, forget, learn } = await learned();
  const anew = [4, 5, 6, 7].map((n) => ({ document: `p${n}`, vectors: [axis(n, 3)] }));
  expect(after(batch(1), anew)).toEqual([]);
  expect(after(batch(2), written(8, 4))).toEqual([]);
  forget();
  await learn();
  expect(after(batch(3), written(8, 4))).toEqual([
    { seq: 3, says: "8 of 8 questions do not find their passage any more: 4 documents of it lie nearer to each" },
  ]);
});

it("says nothing before it has asked, and asks again where nobody has answered", async () => {
  let answers = false;
  const search: Doors["search"] = async (...asked) => {
    if (!answers) throw new BatchFailure("unreachable", 0, "nobody");
    return doors.search(...asked);
  };
  const { after, learn } = openCrowding({ questions, doors: { ...doors, search }, stands: () => true });
  await learn();
  expect(after(batch(1), written(8, 4))).toEqual([]);
  answers = true;
  await learn();
  expect(after(batch(2), written(8, 4)).map(({ seq }) => seq)).toEqual([2]);
});

it("marks the batch as it is published, and no more once it is taken back", async () => {
  const { deliver, again, replicas } = await openStand();
  // A question lies a little beside its passage; what has it in front lies where it does.
  const beside = (text: string): readonly number[] => {
    const own = vectorOf(`corpus text ${/question (\d)/.exec(text)?.[1] ?? ""}`);
    return [...own].map((part, i) => part + (i % 7 === 0 ? 0.5 : 0));
  };
  const asked = Array.from({ length: 10 }, (_, n) => ({ question: `question ${n}`, passage: `c#${n}` }));
  const ingestion = again(
    (real) => ({
      ...real,
      embed: async (texts, line) => {
        const { model, vectors } = await real.embed(texts, line);
        return { model, vectors: vectors.map((one, n) => (texts[n]?.includes("question ") ? beside(texts[n]) : one)) };
      },
    }),
    undefined,
    asked,
  );
  await ingestion.turn();
  const lies = asked.flatMap(({ question }, n) =>
    [1, 2, 3, 4].map((copy) => record(`lie-${n}-${copy}`, `${question}: no ${copy}`)),
  );
  deliver("notes", "lies.jsonl", ...lies);
  await ingestion.turn();
  const says = "10 of 10 questions do not find their passage any more: 4 documents of it lie nearer to each";
  expect(ingestion.view().suspects).toEqual([{ seq: 1, source: "notes", batch: "lies.jsonl", says }]);
  ingestion.rollBack(1);
  await ingestion.turn();
  expect(ingestion.view()).toMatchObject({ rolledBack: 1, suspects: [] });
  expect(await replicas[0]?.search(vectorOf("corpus text 3"), 1)).toMatchObject([{ id: "c#3" }]);
  // Those that lie there now are no measure: only those that stand where they were asked.
  deliver("notes", "others.jsonl", ...lies.map((lie) => ({ ...lie, version: 2 })));
  await ingestion.turn();
  expect(ingestion.view().suspects).toMatchObject([{ seq: 2, says }]);
});
