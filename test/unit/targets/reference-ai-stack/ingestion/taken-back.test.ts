// Whatever is published and taken back, in whatever order and wherever the ingestion is killed: of each document the
// greatest version stands that was published and not taken back, as a model of three lines has it.
import { expect, it } from "vitest";
import type { Doors } from "../../../../../targets/reference-ai-stack/ingestion/doors.ts";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, record, type Stand } from "./stand.ts";

const both = (text: string | undefined): readonly (string | undefined)[] => [text, text];
const deliverOne = async (stand: Stand, batch: string, ...records: readonly object[]): Promise<void> => {
  stand.deliver("notes", batch, ...records);
  await stand.settle();
};

it("does not bring a text back that was taken back before, by a roll-back or by its producer", async () => {
  for (const how of ["roll back", "withdraw"]) {
    const stand = await openStand();
    await deliverOne(stand, "1.jsonl", record("a", "poison"));
    await deliverOne(stand, "2.jsonl", record("a", "second", 2));
    for (const seq of [1, 2]) {
      if (how === "withdraw") stand.ingestion().withdraw("notes", `${seq}.jsonl`);
      else stand.ingestion().rollBack(seq);
      await stand.settle();
    }
    expect(await stand.texts("a")).toEqual(both(undefined));
  }
});

it("has a good version again that came late when the newer one is taken back, and a deletion stays one", async () => {
  const stand = await openStand();
  await deliverOne(stand, "1.jsonl", record("a", "one"), record("b", "one"));
  await deliverOne(stand, "3.jsonl", record("a", "poison", 3), record("b", "poison", 3));
  await deliverOne(stand, "2.jsonl", record("a", "two", 2), record("b", "", 2));
  stand.ingestion().rollBack(2);
  await stand.settle();
  expect([await stand.texts("a"), await stand.texts("b")]).toEqual([both("two"), both(undefined)]);
  await deliverOne(stand, "older.jsonl", record("b", "of before it was deleted", 1));
  expect(await stand.texts("b")).toEqual(both(undefined));
});

it("keeps what another batch says, too, when the first that said it is taken back, as that one's", async () => {
  const stand = await openStand();
  await deliverOne(stand, "1.jsonl", record("a", "the same", 2));
  await deliverOne(stand, "2.jsonl", record("a", "the same", 2, { tags: ["phi"] }));
  stand.ingestion().rollBack(1);
  await stand.settle();
  const records = stand.replicas[1]?.records;
  expect(await stand.texts("a")).toEqual(both("the same"));
  expect(records?.lineageOf(records.rowOf("a") ?? -1)).toMatchObject({ batch: "2.jsonl", tags: ["phi"] });
  stand.ingestion().rollBack(2);
  await stand.settle();
  expect(await stand.texts("a")).toEqual(both(undefined));
});

it("finds nothing of a line that one replica took before another refused it and it was left out", async () => {
  const stand = await openStand();
  stand.again((doors) => ({
    ...doors,
    write: (document, write, line) =>
      doors.write(document, write, line, () => {
        if (document === "b" && write.over === undefined) throw new BatchFailure("refused", line, "never");
      }),
  }));
  stand.deliver("notes", "1.jsonl", record("a", "good"), record("b", "never taken"), record("c#1", "good", 2));
  await stand.ingestion().turn();
  stand.ingestion().deadLetter(1);
  await stand.settle();
  expect(await Promise.all(["a", "b", "c#1"].map(stand.texts))).toEqual([both("good"), both(undefined), both("good")]);
  expect(stand.replicas.map(({ records }) => records.rowOf("b"))).toEqual([undefined, undefined]);
});

/** What each of three batches does to a document: the version that it brings, or a deletion of that version. */
interface Course {
  readonly base: boolean;
  readonly versions: readonly number[];
  readonly deletes: number;
}

/** Each order of three versions, equal ones among them, half of them over something else; and some of deletions. */
const COURSES: readonly Course[] = [
  [1, 1, 1],
  [1, 1, 2],
  [1, 2, 1],
  [2, 1, 1],
  [1, 2, 2],
  [2, 1, 2],
  [2, 2, 1],
  [1, 2, 3],
  [1, 3, 2],
  [2, 1, 3],
  [2, 3, 1],
  [3, 1, 2],
  [3, 2, 1],
].flatMap((versions, n): readonly Course[] => {
  const course = { base: n % 2 === 0, versions, deletes: -1 };
  return n < 7 ? [course] : [course, { base: n % 2 === 1, versions, deletes: n % 3 }];
});

/** Each order of three publications and three ways back, each behind its own publication. */
function orders(published: number, back: readonly number[]): readonly (readonly number[])[] {
  if (back.length === 3) return [[]];
  const steps = [0, 1, 2].filter((n) => n < published && !back.includes(n));
  return [
    ...(published < 3 ? orders(published + 1, back).map((rest) => [published, ...rest]) : []),
    ...steps.flatMap((n) => orders(published, [...back, n]).map((rest) => [-1 - n, ...rest])),
  ];
}

const textOf = ({ versions, deletes }: Course, batch: number): string =>
  batch === deletes ? "" : `version ${versions[batch]}`;

/** What is to be found: of what stands the greatest. */
function expected(course: Course, standing: readonly number[]): string | undefined {
  const greatest = standing.toSorted((a, b) => (course.versions[b] ?? 0) - (course.versions[a] ?? 0))[0];
  if (greatest === undefined) return course.base ? "before all" : undefined;
  return textOf(course, greatest) || undefined;
}

/** Doors that break off behind the n-th replica that was written to, as those of a process that is killed there. */
function killedAt(n: number): (doors: Doors) => Doors {
  return (doors) => {
    let left = n;
    return {
      ...doors,
      write: (document, write, line) =>
        doors.write(document, write, line, () => {
          left -= 1;
          if (left < 0) throw new BatchFailure("unreachable", 0, "killed");
        }),
    };
  };
}

it.each(
  orders(0, []).map(
    (order, n) => [order.map((step) => (step < 0 ? `back ${-step}` : `${step + 1}`)).join(", "), n, order] as const,
  ),
)(
  "has of each document the greatest version that stands after each of: %s, killed in each",
  async (_says, nth, order) => {
    const stand = await openStand();
    const names = COURSES.map((_course, n) => `d${n}`);
    stand.deliver(
      "before",
      "0.jsonl",
      ...COURSES.flatMap(({ base }, n) => (base ? [record(`d${n}`, "before all", 1)] : [])),
    );
    await stand.settle();
    const standing = new Set<number>();
    for (const [at, step] of order.entries()) {
      const batch = step < 0 ? -1 - step : step;
      if (step < 0) {
        standing.delete(batch);
        stand.ingestion().withdraw("notes", `${batch}.jsonl`);
      } else {
        standing.add(batch);
        stand.deliver(
          "notes",
          `${batch}.jsonl`,
          ...COURSES.map((course, n) => record(`d${n}`, textOf(course, batch), 1 + (course.versions[batch] ?? 0))),
        );
      }
      // In the first half of a document's write as in the second.
      await stand.again(killedAt((nth * 7 + at * 13) % (2 * COURSES.length))).turn();
      stand.again();
      await stand.settle();
      const found = names.map((name) => stand.replicas.map(({ records }) => textIn(records, name)));
      expect(found).toEqual(COURSES.map((course) => both(expected(course, [...standing]))));
    }
  },
);

function textIn(records: Stand["replicas"][number]["records"], id: string): string | undefined {
  return records.rowOf(id) === undefined ? undefined : records.textOf(id)?.text;
}
