// What goes on slowly: leaks, and an embedder that no longer embeds as it did. Through detectors and the whole loop.
import { describe, expect, it, test } from "vitest";
import { embeddingDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/embedding-detector.ts";
import { exhaustionDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/exhaustion-detector.ts";
import { frozenTexts } from "../../../../../../targets/reference-ai-stack/healer/detection/drift/frozen-texts.ts";
import type { ReplicaEntry } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { createFakeStack } from "../fake-stack.ts";
import { seeded } from "../virtual-clock.ts";

const MIB = 2 ** 20;
const EVERY_S = 2.5;
const scope = { service: "inference", replica: "inference-1" };
const entry: ReplicaEntry = { ...scope, pid: 7, port: 1 };

/** Looks at memory, MiB of 512, and at handles, of 100; the seconds after which each signal first stood. */
function firstSignals(looks: number, holds: (s: number) => { memory?: number; handles?: number }): string[] {
  let state = exhaustionDetector.take(exhaustionDetector.initial, { kind: "roll-call", at: 0, replicas: [entry] });
  for (let n = 0; n < looks; n += 1) {
    const s = n * EVERY_S;
    const { memory = 100, handles = 20 } = holds(s);
    const view = { memory: { used: memory * MIB, limit: 512 * MIB }, handles: { used: handles, limit: 100 } };
    state = exhaustionDetector.take(state, { kind: "resources", at: 1000 * s, scope, view });
    const signals = exhaustionDetector.signals(state);
    if (signals.length > 0) return [`${s} s`, ...signals.map(({ says }) => says)];
  }
  return [];
}

describe("the forecast of exhaustion", () => {
  it("names what runs out and when, some minutes before, whatever the noise", () => {
    const random = seeded(3);
    const [at, says] = firstSignals(400, (s) => ({ memory: 150 + s + 20 * random() }));
    // 512 MiB are reached after some 350 s: two minutes tell of four.
    expect(Number.parseFloat(at ?? "")).toBeGreaterThanOrEqual(350 / 3);
    expect(Number.parseFloat(at ?? "")).toBeLessThan(150);
    expect(says).toMatch(
      /^resident memory \d+ MiB of 512 MiB, growing by (5|6)\d MiB a minute: used up in \d+ s \(95 %/,
    );
    expect(firstSignals(400, (s) => ({ handles: 20 + s / 10 }))[1]).toContain("open handles");
  });

  it("says nothing of a leak that has hours to go until its end is near", () => {
    const [at] = firstSignals(4000, (s) => ({ memory: 200 + s / 20 }));
    expect(Number.parseFloat(at ?? "")).toBeGreaterThan(6240 - 320);
    expect(Number.parseFloat(at ?? "")).toBeLessThan(6240 - 200);
  });

  it.each([
    ["a process that grows while it starts, and stops", (s: number) => ({ memory: 300 - 220 * Math.exp(-s / 30) })],
    // As a replica was seen to do that had all the traffic of its sibling: by a line through 40 s it ended in 190 s.
    ["a heap that has yet to find its size", (s: number) => ({ memory: 147 + 1.57 * Math.min(s, 45) })],
    ["a heap that is collected", (s: number) => ({ memory: 250 + 3 * (s % 15) })],
    // As a healthy replica of 256 MiB does it between two collections.
    ["a saw-tooth of a minute", (s: number) => ({ memory: 2 * (120 + 0.5 * (s % 60)) })],
    ["a steep saw-tooth of a minute", (s: number) => ({ memory: 240 + 2.6 * (s % 60) })],
    ["a steep and noisy saw-tooth", noisy(5, (s) => 240 + 2.4 * (s % 60))],
    ["a saw-tooth of 100 s", (s: number) => ({ memory: 240 + 1.6 * (s % 100) })],
    [
      "a saw-tooth of 100 s to near the limit, once its peak was seen",
      (s: number) => ({ memory: s < 5 ? 490 : 240 + 2.5 * (s % 100) }),
    ],
    [
      "a burst of requests, from which memory does not come back",
      (s: number) => ({ memory: 150 + 4 * Math.min(60, Math.max(0, s - 200)) }),
    ],
    ["one that wanders", wandering(8)],
    ["one that is large and still", () => ({ memory: 505 })],
  ])("keeps quiet of %s", (_, holds) => {
    expect(firstSignals(2000, holds)).toEqual([]);
  });

  it.each([
    ["a leak under a saw-tooth", (s: number) => ({ memory: 150 + s + 0.8 * (s % 40) })],
    [
      "a leak that begins where memory was collected before",
      (s: number) => ({ memory: s < 100 ? 150 + 1.5 * (s % 30) : 150 + 1.5 * (s - 100) }),
    ],
    ["a quick leak without a fall", (s: number) => ({ memory: 150 + 4 * s })],
  ])("tells of %s before it is used up", (_, holds) => {
    const [at] = firstSignals(400, holds);
    expect(holds(Number.parseFloat(at ?? "Infinity")).memory).toBeLessThan(512);
  });

  it("begins anew with another process of the replica", () => {
    const grown = (pid: number): number => {
      let state = exhaustionDetector.initial;
      for (let n = 0; n < 30; n += 1) {
        const at = n * 1000 * EVERY_S;
        const replicas = [{ ...entry, pid: n < 29 ? 7 : pid }];
        state = exhaustionDetector.take(state, { kind: "roll-call", at, replicas });
        const view = { memory: { used: (300 + 4 * n) * MIB, limit: 512 * MIB }, handles: null };
        if (n < 29) state = exhaustionDetector.take(state, { kind: "resources", at, scope, view });
      }
      return exhaustionDetector.signals(state).length;
    };
    expect([grown(7), grown(8)]).toEqual([1, 0]);
  });
});

function noisy(seed: number, holds: (s: number) => number): (s: number) => { memory: number } {
  const random = seeded(seed);
  return (s) => ({ memory: holds(s) + 8 * (random() - 0.5) });
}

function wandering(seed: number): () => { memory: number } {
  const random = seeded(seed);
  let memory = 220;
  return () => {
    memory = Math.min(300, Math.max(180, memory + 6 * (random() - 0.5)));
    return { memory };
  };
}

describe("frozen texts", () => {
  const at = { service: "embedder", replica: "embedder" };
  const kept = frozenTexts();
  const look = (places: number[], change: (vector: Float32Array) => Float32Array, fresh = true) =>
    ({
      kind: "embeddings",
      at: 0,
      scope: at,
      fresh,
      texts: { places, vectors: places.map((place) => change(kept[place]?.vector ?? new Float32Array())) },
    }) as const;
  const same = (vector: Float32Array): Float32Array => vector;

  it("are 20 and of one length, and rounding is no drift", () => {
    expect(kept).toHaveLength(20);
    expect(new Set(kept.map(({ text }) => text)).size).toBe(20);
    for (const { vector } of kept) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const rounded = look([...kept.keys()], (vector) =>
      vector.map((value, i) => value * (1 + (i % 2 === 0 ? 1e-6 : 0))),
    );
    expect(embeddingDetector.signals(embeddingDetector.take(embeddingDetector.initial, rounded))).toEqual([]);
  });

  it.each([
    ["another model of the same length", (vector: Float32Array) => vector.toReversed()],
    ["one of another length", (vector: Float32Array) => vector.slice(0, 384)],
    ["zeros", (vector: Float32Array) => vector.map(() => 0)],
    ["no numbers", (vector: Float32Array) => vector.map(() => Number.NaN)],
  ])("show %s at the first text that is looked at, until it is as it was", (_, change) => {
    const drifted = embeddingDetector.take(embeddingDetector.initial, look([3], change));
    expect(embeddingDetector.signals(drifted)).toMatchObject([{ name: "embedding-drifts", scope: at }]);
    expect(embeddingDetector.signals(embeddingDetector.take(drifted, look([4], same)))).toHaveLength(1);
    expect(embeddingDetector.signals(embeddingDetector.take(drifted, look([3], same)))).toEqual([]);
  });

  it("show stale vectors where only what users get is another one, and the model where it computes another one", () => {
    const other = (vector: Float32Array): Float32Array => vector.toReversed();
    const served = embeddingDetector.take(embeddingDetector.initial, look([3, 4], other, false));
    expect(embeddingDetector.signals(served)).toMatchObject([{ name: "kept-vectors-stale", scope: at }]);
    const both = embeddingDetector.take(served, look([5], other));
    expect(embeddingDetector.signals(both).map(({ name }) => name)).toEqual(["embedding-drifts"]);
    const cleared = embeddingDetector.take(served, look([3, 4], same, false));
    expect(embeddingDetector.signals(cleared)).toEqual([]);
  });
});

test("a replica that leaks is recycled while its sibling serves, before it runs out", async () => {
  const stack = createFakeStack({ seed: 5 });
  await stack.pass(20_000);
  stack.find("inference-2").leakMiB = 2;
  await stack.pass(150_000);
  // What else was seen in these two minutes (a chance surge, held) is another incident.
  const own = stack.events.filter(({ incident }) => incident.scope.replica === "inference-2");
  expect(own.slice(0, 7).map(({ type }) => type)).toEqual([
    "detected",
    "classified",
    "decided",
    "action.started",
    "action.finished",
    "verified",
    "closed",
  ]);
  const [detected, classified] = stack.events;
  expect(classified?.detail).toMatchObject({ class: "resource-exhausting" });
  expect(detected?.incident.scope.replica).toBe("inference-2");
  expect(stack.events[2]?.detail.pathway).toBe("recycle-before-exhaustion");
  expect(stack.touched[0]).toBe("recycle inference-2");
  expect(stack.find("inference-2").memoryMiB).toBeLessThan(512);
});

test("the only replica of a service is not recycled: a person is called once, and its death is still heard", async () => {
  const stack = createFakeStack({ seed: 5 });
  await stack.pass(20_000);
  stack.find("embedder").leakMiB = 2;
  await stack.pass(120_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.events.at(-1)?.detail.reasons.join(" ")).toContain("no healthy sibling of embedder");
  expect(stack.touched).toEqual([]);
  stack.find("embedder").pid = null;
  await stack.pass(8000);
  expect(stack.said().slice(4)).toContain("closed");
  expect(stack.touched).toEqual(["restart embedder"]);
});

/** A stack of which the embedder embeds otherwise from the 30th second on, 90 s later. */
async function drifting(ownModel?: true) {
  const stack = createFakeStack({ seed: 6 });
  const embedder = stack.find("embedder");
  if (ownModel) embedder.ownModel = true;
  await stack.pass(30_000);
  embedder.drifted = true;
  await stack.pass(90_000);
  expect(stack.events[1]?.detail).toMatchObject({ class: "embedding-drifted" });
  expect(stack.events[0]?.detail.reasons.join(" ")).toContain("20 of 20 changed");
  return stack;
}

test("an embedder that embeds otherwise by a model nobody can put back is escalated once, with what was seen", async () => {
  const stack = await drifting();
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.touched).toEqual([]);
});

test("an embedder whose model's files are the stack's own gets them back, once, and embeds as it always did", async () => {
  const stack = await drifting(true);
  expect(stack.said().at(-1)).toBe("closed");
  expect(stack.touched).toEqual(["model of embedder"]);
  const verified = stack.events.find(({ type }) => type === "verified")?.detail.reasons.join(" ");
  expect(verified).toContain("of 20 frozen texts 0 have other vectors by the model");
});
