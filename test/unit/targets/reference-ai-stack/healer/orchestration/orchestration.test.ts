import { expect, test } from "vitest";
import { createCaseDesk } from "../../../../../../targets/reference-ai-stack/healer/orchestration/case-desk.ts";
import { carryOut } from "../../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";
import { createTargetLock } from "../../../../../../targets/reference-ai-stack/healer/durable/target-lock.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { createBook } from "../../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import type { Hand, Remedy, Target } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { carryOutParts } from "../carry-out-parts.ts";
import { createMemoryState } from "../memory-state.ts";

const book = createBook(PATHWAYS);
const target = { scope: "replica" as const, service: "vector", replica: "vector-1" };
const neighbour = { ...target, replica: "vector-2" };
const restart: Remedy = { pathway: "restart-replica", target, means: "restart" };
const restore: Remedy = { pathway: "restore-index", target, means: "peer", found: "vector-2" };

function createHand() {
  const touched: string[] = [];
  const hand: Hand = {
    async do(operation, args) {
      touched.push(`${operation} ${JSON.stringify(args)}`);
      return { outcome: "done", says: operation };
    },
  };
  const carry = (remedy: Remedy, noops: readonly string[] = []) =>
    carryOut(book.acting(remedy.pathway), remedy, carryOutParts(hand, noops));
  return { carry, touched };
}

test("each pathway touches the one replica it names", async () => {
  const { carry, touched } = createHand();
  for (const remedy of [restart, restore, { ...restart, pathway: "redistribute-traffic" as const }]) {
    expect(await carry(remedy)).toMatchObject({ outcome: "done" });
  }
  expect(touched).toEqual([
    'restart-replica {"replica":"vector-1"}',
    'restore-index {"replica":"vector-1","source":"vector-2"}',
    'set-weights {"weights":{"vector-1":0}}',
  ]);
});

test("a pathway that is switched off answers like the real one and touches nothing; the others still act", async () => {
  const { carry, touched } = createHand();
  expect(await carry(restore, ["restore-index"])).toMatchObject({ outcome: "done" });
  expect(touched).toEqual([]);
  await carry(restart, ["restore-index"]);
  expect(touched).toEqual(['restart-replica {"replica":"vector-1"}']);
});

test("a remedy without a target fails instead of meaning everything", async () => {
  const { carry, touched } = createHand();
  const nobody = { ...restart, target: { ...target, replica: "" } };
  expect(await carry(nobody)).toMatchObject({ outcome: "failed" });
  expect(touched).toEqual([]);
});

test("a target has one remediation at a time, until it is given back or the lease is over", () => {
  const lock = createTargetLock(createMemoryState());
  const take = (one: Target, holder: string, now: number) => lock.take([one], { holder, now, leaseMs: 1000 });
  expect(take(target, "a", 0)).toBe(true);
  expect(take(target, "b", 500)).toBe(false);
  expect(take(neighbour, "b", 500)).toBe(true);
  expect(take(target, "a", 900)).toBe(true);
  expect(take(target, "b", 1500)).toBe(false);
  expect(take(target, "b", 1900)).toBe(true);
  lock.release("a");
  expect(take(target, "c", 2000)).toBe(false);
  lock.release("b");
  expect(take(target, "c", 2000)).toBe(true);
});

const gone = { scope: target, signals: [{ name: "process-gone" as const, scope: target, says: "gone" }] };
const slow = { scope: target, signals: [{ name: "slower-than-siblings" as const, scope: target, says: "slow" }] };

test("a suspicion becomes one case, however often it is repeated", () => {
  const desk = createCaseDesk();
  expect(desk.admit([gone], 0)).toHaveLength(1);
  expect(desk.admit([gone], 100)).toHaveLength(0);
  desk.end(target);
  expect(desk.admit([gone], 200)).toHaveLength(1);
});

test("a replica found dead while it was looked at for slowness gets the case of the dead", () => {
  const desk = createCaseDesk();
  expect(desk.admit([slow], 0)).toEqual([slow]);
  expect(desk.admit([gone], 500)).toEqual([gone]);
  expect(desk.openCase(gone)).toBe(true);
  expect(desk.openCase(slow)).toBe(false);
});

test("a doubt that came to nothing rests, but not for a certainty", () => {
  const desk = createCaseDesk();
  desk.admit([slow], 0);
  desk.rest(target, 1000);
  expect(desk.admit([slow], 900)).toEqual([]);
  expect(desk.admit([slow], 1000)).toEqual([slow]);
  desk.rest(target, 3000);
  expect(desk.admit([gone], 1500)).toEqual([gone]);
});

test("one handed to a person is quiet until it was gone for a while", () => {
  const desk = createCaseDesk();
  desk.admit([gone], 0);
  desk.mute(gone, 1000);
  for (let at = 1100; at < 60_000; at += 500) expect(desk.admit([gone], at)).toHaveLength(0);
  for (let at = 60_000; at < 75_000; at += 500) desk.admit([], at);
  expect(desk.admit([gone], 75_000)).toHaveLength(1);
});

test("one handed to a person for another matter is heard again when it is found dead", () => {
  const desk = createCaseDesk();
  desk.admit([slow], 0);
  desk.mute(slow, 1000);
  expect(desk.admit([slow], 1500)).toEqual([]);
  expect(desk.admit([gone], 2000)).toEqual([gone]);
  desk.mute(gone, 3000);
  expect(desk.admit([gone], 3500)).toEqual([]);
});
