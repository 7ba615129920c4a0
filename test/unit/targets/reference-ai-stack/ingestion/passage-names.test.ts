// No document can have the name of another one's passage, and so none stands in the way of another; and a name that
// nobody could ask for is refused before anything is written.
import { expect, it } from "vitest";
import { openStand, record } from "./stand.ts";

const both = (text: string | undefined): readonly (string | undefined)[] => [text, text];
const long = (what: string): string => `${what} ${"one. ".repeat(390)}\n\n${what} ${"two. ".repeat(390)}`;

it("publishes a document of several passages though another one is called as an earlier build called its second", async () => {
  const { deliver, ingestion, texts, settle, replicas } = await openStand();
  deliver("news", "1.jsonl", record("pre#2", "of its own"));
  deliver("notes", "2.jsonl", record("pre", long("pre")));
  await settle();
  expect(await texts("pre#2")).toEqual(both("of its own"));
  expect((await texts("pre¶2"))[1]).toContain("pre two.");
  deliver("notes", "3.jsonl", record("pre", "short now", 2));
  deliver("news", "4.jsonl", record("pre#2", "", 2));
  await settle();
  expect([await texts("pre"), await texts("pre#2"), await texts("pre¶2")]).toEqual(
    ["short now", undefined, undefined].map(both),
  );
  ingestion().rollBack(3);
  await settle();
  expect((await texts("pre¶2"))[0]).toContain("pre two.");
  expect(ingestion().view()).toMatchObject({ head: null, deadLetters: 0 });
  expect(await Promise.all(replicas.map(async (replica) => (await replica.selfRetrieval(50, 1)).share))).toEqual([
    1, 1,
  ]);
});

it.each([
  [".", "expected a name, not a dot or two"],
  ["..", "expected a name, not a dot or two"],
  ["pre¶2", "expected no ¶ and number at the end"],
])("takes no document that is called %s, and says why", async (id, says) => {
  const { deliver, ingestion } = await openStand();
  deliver("notes", "1.jsonl", record("a", "good"), record(id, "strange"));
  await ingestion().turn();
  const { head } = ingestion().view();
  expect(head).toMatchObject({ kind: "schema", line: 2 });
  expect(head?.reason).toContain(says);
});
