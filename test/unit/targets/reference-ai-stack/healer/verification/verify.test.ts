import { expect, test } from "vitest";
import { verify } from "../../../../../../targets/reference-ai-stack/healer/verification/verify.ts";
import { redistributeTraffic } from "../../../../../../targets/reference-ai-stack/healer/pathways/redistribute-traffic.ts";
import type { Eyes, Remedy, UpstreamView } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { BLIND_TO_MODELS } from "../fake-models.ts";

async function verifyWith(goodAt: (ms: number) => boolean) {
  const clock = createVirtualClock();
  const ended: true[] = [];
  const window = { everyMs: 500, holdMs: 3000, deadlineMs: 8000, says: "held 3000 ms" };
  const proof = verify(async () => ({ good: goodAt(clock.now()), says: "looked" }), clock, window).finally(() =>
    ended.push(true),
  );
  while (ended.length === 0) await clock.pass(100);
  return { ...(await proof), took: clock.now() };
}

test("healed is claimed only after three seconds of good looks", async () => {
  const proof = await verifyWith((ms) => ms >= 2000);
  expect(proof.healed).toBe(true);
  expect(proof.took).toBeGreaterThanOrEqual(5000);
});

test("a bad look in between starts the count anew", async () => {
  const proof = await verifyWith((ms) => ms < 2000 || ms >= 2500);
  expect(proof.healed).toBe(true);
  expect(proof.took).toBeGreaterThanOrEqual(5500);
});

test("what never gets good is not healed, and that is claimed in bounded time", async () => {
  const proof = await verifyWith(() => false);
  expect(proof.healed).toBe(false);
  expect(proof.took).toBeLessThanOrEqual(9000);
});

test("what is good only now and then is not healed either", async () => {
  const proof = await verifyWith((ms) => Math.floor(ms / 1000) % 2 === 0);
  expect(proof.healed).toBe(false);
});

const remedy: Remedy = {
  pathway: "redistribute-traffic",
  target: { scope: "replica", service: "inference", replica: "inference-1" },
  means: "drain",
};

async function looksAt(...frames: { weight: number; sickSeq: number; siblingMs: number }[]) {
  let n = -1;
  const view = (replica: string, weight: number, seq: number, ms: number): UpstreamView => ({
    service: "inference",
    replica,
    weight,
    started: seq,
    waiting: [],
    recent: [{ seq, ms, ok: true }],
  });
  const traffic = async () => {
    n += 1;
    const frame = frames[n];
    if (frame === undefined) return null;
    return [view("inference-1", frame.weight, frame.sickSeq, 420), view("inference-2", 1, n, frame.siblingMs)];
  };
  const nothing = async () => null;
  const eyes: Eyes = {
    rollCall: nothing,
    pulse: async () => ({ state: "refused", ms: 1, says: "" }),
    completion: nothing,
    manifest: nothing,
    selfRetrieval: nothing,
    sources: nothing,
    traffic,
    holdings: async () => null,
    held: async () => null,
    snapshotGood: async () => null,
    tokensMove: async () => null,
    resources: nothing,
    embeddings: nothing,
    models: BLIND_TO_MODELS,
    storedTexts: nothing,
    questions: nothing,
    ingestion: async () => null,
    askTwice: async () => null,
    check: nothing,
  };
  const check = await redistributeTraffic.check(eyes, remedy);
  const goods: boolean[] = [];
  for (let look = 1; look < frames.length; look += 1) goods.push((await check()).good);
  return goods;
}

test("a drain is good when the replica gets nothing more and its siblings stay as fast as they were", async () => {
  const before = { weight: 1, sickSeq: 1, siblingMs: 20 };
  expect(await looksAt(before, { weight: 1, sickSeq: 1, siblingMs: 20 })).toEqual([false]);
  expect(
    await looksAt(before, { weight: 0, sickSeq: 2, siblingMs: 20 }, { weight: 0, sickSeq: 2, siblingMs: 25 }),
  ).toEqual([false, true]);
  expect(await looksAt(before, { weight: 0, sickSeq: 1, siblingMs: 300 })).toEqual([false]);
});
