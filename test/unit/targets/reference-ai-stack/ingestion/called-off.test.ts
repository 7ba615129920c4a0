// A batch that is called back, or put in quarantine, while it is being published: nothing of it is left.
import { describe, expect, it } from "vitest";
import type { Ingestion } from "../../../../../targets/reference-ai-stack/ingestion/nouns.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, record } from "./stand.ts";

describe("a batch that nobody wants any more while it is being published", () => {
  it.each([
    ["called back", (ingestion: Ingestion) => ingestion.withdraw("notes", "1.jsonl"), "rolled-back"],
    ["in quarantine", (ingestion: Ingestion) => void ingestion.quarantine("notes"), "rolled-back"],
  ])("is %s, and what was written of it by then is taken back", async (_how, callOff, state) => {
    const stand = await openStand();
    let writes = 0;
    const ingestion = stand.again((doors) => ({
      ...doors,
      write: async (document, write, line) => {
        const outcome = await doors.write(document, write, line);
        writes += 1;
        // After the last of its documents, and before it is published.
        if (writes === 3) callOff(ingestion);
        return outcome;
      },
    }));
    stand.deliver("notes", "1.jsonl", record("a", "one"), record("b", "two"), record("c", "three"));
    await stand.settle();
    for (const id of ["a", "b", "c"]) expect(await stand.texts(id)).toEqual([undefined, undefined]);
    expect(ingestion.find("notes", "1.jsonl")?.state).toBe(state);
    expect(ingestion.view().published).toBe(0);
  });
});

const both = (text: string | undefined) => [text, text];

describe("the way back of a document", () => {
  it("holds its own passages alone, also where another one is named as its second would be", async () => {
    const { deliver, ingestion, texts, settle } = await openStand();
    deliver("notes", "1.jsonl", record("doc#2", "another document of that name"), record("doc", "as it was"));
    deliver("notes", "2.jsonl", record("doc", "poisoned", 2));
    await settle();
    ingestion().rollBack(2);
    deliver("notes", "3.jsonl", record("other", "everybody else's"));
    await ingestion().turn();
    expect(await Promise.all(["doc", "doc#2", "other"].map(texts))).toEqual(
      ["as it was", "another document of that name", "everybody else's"].map(both),
    );
    expect(ingestion().view()).toMatchObject({ head: null, rolledBack: 1, deadLetters: 0 });
  });

  it("lies on the shelf where it is refused for good: what the batch wrote is gone, and nobody is held up", async () => {
    const { dir, deliver, again, texts, settle } = await openStand();
    deliver("notes", "1.jsonl", record("doc", "as it was"), record("b", "as b was"));
    deliver("notes", "2.jsonl", record("doc", "poisoned", 2), record("doc", "poisoned more", 3), record("b", "ill", 2));
    await settle();
    const ingestion = again((doors) => ({
      ...doors,
      async write(document, write, line) {
        const isWayBack = write.over !== undefined && write.passages.some(({ text }) => text === "as it was");
        if (isWayBack) throw new BatchFailure("refused", line, "a vector replica answered 409: it belongs to another");
        return doors.write(document, write, line);
      },
    }));
    ingestion.rollBack(2);
    deliver("notes", "3.jsonl", record("other", "everybody else's"));
    await ingestion.turn();
    expect(await Promise.all(["doc", "b", "other"].map(texts))).toEqual(
      [undefined, "as b was", "everybody else's"].map(both),
    );
    expect(ingestion.view()).toMatchObject({ head: null, rolledBack: 1, published: 2 });
    const shelf = join(dir, "ingestion", "dead-letters", "notes");
    const letters = readdirSync(shelf).map((name) => readFileSync(join(shelf, name), "utf8"));
    expect(letters.map((letter) => JSON.parse(letter) as object)).toMatchObject([
      { source: "notes", batch: "2.jsonl", document: "doc", version: 3, kind: "refused" },
    ]);
    expect(letters.join()).toContain("as it was");
  });
});

it("takes back what was written of a batch before it failed when its source is put in quarantine", async () => {
  const stand = await openStand();
  const ingestion = stand.again((doors) => ({
    ...doors,
    write: async (document, write, line) => {
      if (document === "b" && write.over === undefined) throw new BatchFailure("refused", line, "never");
      return doors.write(document, write, line);
    },
  }));
  stand.deliver("notes", "1.jsonl", record("a", "one"), record("b", "two"));
  await ingestion.turn();
  expect(await stand.texts("a")).toEqual(["one", "one"]);
  expect(ingestion.quarantine("notes")).toEqual({ batches: 1 });
  await stand.settle();
  expect(await stand.texts("a")).toEqual([undefined, undefined]);
});
