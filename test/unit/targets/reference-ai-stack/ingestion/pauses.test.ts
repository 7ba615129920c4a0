// While the head of the queue waits for who does not answer: what is said of that, and when it is tried again.
import { expect, it } from "vitest";
import { BatchFailure } from "../../../../../targets/reference-ai-stack/ingestion/records.ts";
import { openStand, record } from "./stand.ts";

it("says who behind does not answer while it pauses, and tries no sooner once all are well", async () => {
  const { deliver, again, pass, texts } = await openStand();
  let knocks = 0;
  let [isOut, isWell] = [true, false];
  const ingestion = again((doors) => ({
    ...doors,
    embed: async (given, line) => {
      if (isOut) throw new BatchFailure("unreachable", line, "the embedder answered 503: busy");
      return doors.embed(given, line);
    },
    async knock() {
      knocks += 1;
      // Nobody listens where the stand has its embedder.
      return isWell ? null : doors.knock();
    },
  }));
  const turnedAfter = async (ms: number): Promise<unknown> => {
    pass(ms);
    await ingestion.turn();
    const { head } = ingestion.view();
    return [head?.attempts, head?.waitsFor, knocks];
  };
  deliver("notes", "1.jsonl", record("a", "one"));
  expect(await turnedAfter(0)).toEqual([1, "the embedder answered 503: busy", 0]);
  for (const ms of [250, 500, 1000]) await turnedAfter(ms);
  // A pause of 2 s: asked twice a second.
  expect(await turnedAfter(400)).toEqual([4, "the embedder answered 503: busy", 0]);
  expect(await turnedAfter(100)).toEqual([4, "the embedder: ECONNREFUSED", 1]);
  [isOut, isWell] = [false, true];
  expect(await turnedAfter(100)).toEqual([4, "the embedder: ECONNREFUSED", 1]);
  expect(await turnedAfter(400)).toEqual([4, null, 2]);
  ingestion.retry();
  await ingestion.turn();
  expect([ingestion.view().head, await texts("a")]).toEqual([null, ["one", "one"]]);
});

it("says of a full disk that it is the ingestion's own, and waits for nobody behind", async () => {
  const { deliver, again } = await openStand();
  const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
  const ingestion = again((doors) => ({ ...doors, read: async () => Promise.reject(full) }));
  deliver("notes", "1.jsonl", record("a", "one"));
  await ingestion.turn();
  const { head, writeRefused } = ingestion.view();
  expect(head).toMatchObject({ kind: "disk", line: 0, waitsFor: null, attempts: 1 });
  expect(writeRefused).toBe("database or disk is full");
});
