// The way back for a replica that never had some documents: who has them, what is done, and when it is done.
import { expect, test } from "vitest";
import type { Eyes, Outcome } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { HeldDocument } from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";
import { resyncRecords } from "../../../../../../targets/reference-ai-stack/healer/pathways/resync-records.ts";
import { documentsLacking } from "../../../../../../targets/reference-ai-stack/healer/signals/documents-lacking.ts";
import { readHeld } from "../../../../../../targets/reference-ai-stack/healer/telemetry/ask-held.ts";
import { readHoldings } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";

const target = { service: "vector", replica: "vector-1" };
const replicas = [1, 2, 3].map((n) => ({ service: "vector", replica: `vector-${n}`, pid: n, port: n }));

/**
 * Of documents that are there, and of those that were deleted with a `-` before them, in version 1 or that behind `@`,
 * with what was gone back from behind `<`; null: nothing is seen.
 */
type Has = readonly string[] | null;

function heldDocument(said: string): HeldDocument {
  const [name = "", version = "1", withdrawn] = said.split(/[@<]/);
  const from = withdrawn === undefined ? [] : [Number(withdrawn)];
  return { document: name.replace("-", ""), version: Number(version), isThere: !name.startsWith("-"), withdrawn: from };
}

function eyesOn(has: readonly Has[]): Eyes {
  const heldAt = (port: number): readonly HeldDocument[] | null => has[port - 1]?.map(heldDocument) ?? null;
  return {
    rollCall: async () => replicas,
    holdings: async (port: number) => {
      const held = heldAt(port);
      return held === null ? null : [{ digest: JSON.stringify(held), there: held.length }];
    },
    held: async (port: number) => heldAt(port),
  } as unknown as Eyes;
}

test.each<readonly [string, readonly Has[], string | null]>([
  ["the sibling that has most of it", [["a"], ["a", "b"], ["a", "b", "c"]], "vector-3"],
  ["no sibling where none has more", [["a", "b"], ["a"], ["a"]], null],
  ["no sibling where what it lacks is deleted there", [["a"], ["a", "-b"], ["a", "-c"]], null],
  [
    "no sibling where it has deleted what they have",
    [
      ["a", "-b"],
      ["a", "b"],
      ["a", "b"],
    ],
    null,
  ],
  ["the one that is seen", [["a"], ["a", "b"], null], "vector-2"],
  ["the sibling that has a newer version", [["a"], ["a@2"], ["a"]], "vector-2"],
  ["the sibling that has gone back where it has not", [["a@2"], ["a@1<2"], ["a@2"]], "vector-2"],
  [
    "the sibling that has deleted what it has not",
    [
      ["a", "b"],
      ["a", "-b@2"],
      ["a", "b"],
    ],
    "vector-2",
  ],
  ["no sibling that missed what it has gone back from", [["a@1<2"], ["a@2"], ["a@2"]], null],
  ["no sibling where nobody can tell who is newer", [["a@1<2"], ["a@2<2"], ["a@1<2"]], null],
  ["no sibling where it is not seen itself", [null, ["a", "b"], ["a"]], null],
])("it is taken from %s", async (_, has, source) => {
  const found = await resyncRecords.ways[0].find?.(eyesOn(has), target, replicas, []);
  expect(found).toBe(source);
});

test("a sibling that was found is found again before a retry, when only it is looked at", async () => {
  const eyes = eyesOn([["a"], ["a", "b"], ["a", "b", "c"]]);
  const again = await resyncRecords.ways[0].find?.(eyes, target, replicas.slice(1, 2), []);
  expect(again).toBe("vector-2");
});

test("the hand is asked to take it from the sibling that was found", async () => {
  const asked: object[] = [];
  const hand = {
    do: async (operation: string, args: object): Promise<Outcome> => {
      asked.push({ operation, ...args });
      return { outcome: "done", says: "" };
    },
  };
  await resyncRecords.steps[0].run({ hand, target: { scope: "replica", ...target }, found: "vector-2" });
  expect(asked).toEqual([{ operation: "resync-records", replica: "vector-1", source: "vector-2" }]);
});

test.each<readonly [readonly Has[], string | undefined, boolean, string]>([
  [[["a", "b"], ["a", "b"], ["b"]], "vector-2", true, "vector-2 has no document or version that it never had"],
  [[["a", "b"], ["a", "b"], ["c"]], "vector-2", false, "vector-3 has 1 documents or versions that it never had: c"],
  [[["a", "-b@2"], ["a", "b"], ["a"]], "vector-2", true, "vector-2 has no document"],
  [[["a", "-b"], ["a", "b"], ["a"]], "vector-2", false, "1 in another version, and which is newer is not known: b"],
  [[null, ["a"], ["a"]], "vector-2", false, "was not seen"],
  [[["a", "b"], ["a", "b"], null], "vector-2", true, "what vector-3 holds was not seen"],
  [[["a@2"], ["a@2"], ["a@1"]], "vector-2", true, "vector-2 has no document or version"],
  [[["a"], ["a@2"], ["a"]], "vector-2", false, "vector-2 has 1 documents or versions that it never had: a"],
  [[["a@1<2"], ["a@2<2"], ["a@1<2"]], "vector-2", false, "1 in another version, and which is newer is not known: a"],
  // It may have all that is missing.
  [[["a"], null, ["a"]], "vector-2", false, "not known: what vector-2 holds was not seen"],
  [[["a"], null, ["a", "b"]], "vector-2", false, "not known"],
  [[["a"], ["a"], null], "vector-9", false, "not known: what vector-9 holds was not seen"],
  [[["a"], ["a"], null], undefined, false, "not known: what vector-3 holds was not seen"],
  [[["a"], ["a"], ["a"]], undefined, true, "vector-3 has no document or version that it never had"],
])("replicas that hold %j, with documents from %s, are whole: %s", async (has, found, isWhole, says) => {
  const remedy = { target: { scope: "replica", ...target }, ...(found !== undefined && { found }) };
  const look = await resyncRecords.check(eyesOn(has), remedy as never);
  expect(await look()).toEqual({ good: isWhole, says: expect.stringContaining(says) });
});

test("a source that has no process is not seen, whatever answers at its port", async () => {
  const eyes = {
    ...eyesOn([["a"], ["a"], ["a"]]),
    rollCall: async () => replicas.map((one) => (one.replica === "vector-2" ? { ...one, pid: null } : one)),
  };
  const remedy = { target: { scope: "replica", ...target }, found: "vector-2" };
  const look = await resyncRecords.check(eyes, remedy as never);
  expect(await look()).toMatchObject({ good: false, says: expect.stringContaining("not known") });
});

test("nobody hears of it before documents were found by name that it never had", async () => {
  const confirmed = async (...has: readonly Has[]) => {
    const context = { eyes: eyesOn(has), replicas, tries: 1, persistMs: 0, stoodMs: 0 };
    return documentsLacking.soft?.confirm({ scope: target, signals: [] }, target, context);
  };
  expect(await confirmed(["a"], ["a", "b", "c", "d", "e"], ["a"])).toEqual({
    confirmed: true,
    says: "second look: vector-2 has 4 documents or versions that it never had: b, c, d and 1 more; vector-3 has no document or version that it never had",
    by: "checks",
  });
  expect((await confirmed(["a", "-b@2"], ["a", "b"], ["a"]))?.confirmed).toBe(false);
  expect((await confirmed(null, ["a", "b"], ["a"]))?.confirmed).toBe(false);
  // Of two versions the one that is behind is heard of, and where nobody can tell, the lower one.
  expect((await confirmed(["a"], ["a@2"], ["a@2"]))?.confirmed).toBe(true);
  expect((await confirmed(["a@2"], ["a"], ["a"]))?.confirmed).toBe(false);
  expect((await confirmed(["a@2"], ["a@1<2"], ["a@1<2"]))?.confirmed).toBe(true);
  expect((await confirmed(["a@1<2"], ["a@2<2"], ["a@1<2"]))?.confirmed).toBe(true);
  expect((await confirmed(["a@2<2"], ["a@1<2"], ["a@1<2"]))?.confirmed).toBe(false);
});

test("an answer of another shape is not seen", () => {
  const one = { document: "a", version: 1, isThere: true };
  expect(readHeld({ documents: [one] })).toEqual([{ ...one, withdrawn: [] }]);
  expect(readHeld({ documents: [{ ...one, withdrawn: [2] }] })).toEqual([{ ...one, withdrawn: [2] }]);
  for (const other of [{ withdrawn: "2" }, { withdrawn: ["2"] }, { version: "1" }, { isThere: 1 }]) {
    expect(readHeld({ documents: [one, { ...one, ...other }] })).toBeNull();
  }
  expect(readHoldings({ parts: [{ digest: "a", there: 1 }] })).toEqual([{ digest: "a", there: 1 }]);
  const others = [{}, { parts: [] }, { parts: [{ digest: 1, there: 1 }] }, { parts: [{ digest: "a" }] }, null];
  expect(others.map(readHoldings)).toEqual(others.map(() => null));
});
