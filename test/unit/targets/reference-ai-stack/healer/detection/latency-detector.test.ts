import { expect, test } from "vitest";
import type { Observation, TrafficSample } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { LIMITS } from "../../../../../../targets/reference-ai-stack/healer/detection/limits.ts";
import { latencyDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/latency-detector.ts";
import type { LatencyState } from "../../../../../../targets/reference-ai-stack/healer/detection/latency-detector.ts";
import { busyLatency, seeded } from "../virtual-clock.ts";

const LOOK_MS = 200;

/** What one look sees of both replicas: two answers each, drawn from `first` and `second`. */
function feed(state: LatencyState, at: number, first: () => number, second: () => number): LatencyState {
  const upstreams = [first, second].map((draw, n) => {
    const recent: TrafficSample[] = Array.from({ length: 2 }, (_, i) => ({
      seq: (at / LOOK_MS) * 2 + i,
      ms: draw(),
      ok: true,
    }));
    return { service: "inference", replica: `inference-${n + 1}`, weight: 1, started: 0, waiting: [], recent };
  });
  const observation: Observation = { kind: "traffic", at, upstreams };
  return latencyDetector.take(state, observation);
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])("400 ms more on one replica stand out within five looks (seed %i)", (seed) => {
  const random = seeded(seed);
  const noise = (): number => busyLatency(random);
  let state = latencyDetector.initial;
  let at = 0;
  for (; at < 20_000; at += LOOK_MS) state = feed(state, at, noise, noise);
  let looks = 0;
  while (latencyDetector.signals(state).length === 0 && looks < 20) {
    state = feed(state, at, () => noise() + 400, noise);
    at += LOOK_MS;
    looks += 1;
  }
  expect(looks).toBeLessThanOrEqual(5);
  expect(latencyDetector.signals(state).map((signal) => signal.scope.replica)).toEqual(["inference-1"]);
});

test.each([1, 2, 3])("an hour of heavy-tailed noise without a fault bring no signal (seed %i)", (seed) => {
  const random = seeded(seed);
  const noise = (): number => busyLatency(random);
  let state = latencyDetector.initial;
  let signals = 0;
  for (let at = 0; at < 3_600_000; at += LOOK_MS) {
    state = feed(state, at, noise, noise);
    signals += latencyDetector.signals(state).length;
  }
  expect(signals).toBe(0);
});

test("both replicas slow at once is nobody's fault", () => {
  const random = seeded(9);
  const noise = (): number => busyLatency(random);
  let state = latencyDetector.initial;
  for (let at = 0; at < 20_000; at += LOOK_MS) state = feed(state, at, noise, noise);
  for (let at = 20_000; at < 60_000; at += LOOK_MS) {
    state = feed(
      state,
      at,
      () => noise() + 400,
      () => noise() + 380,
    );
    expect(latencyDetector.signals(state)).toEqual([]);
  }
});

test("a stutter of 300 ms on one replica alone is no signal", () => {
  const random = seeded(10);
  const noise = (): number => busyLatency(random);
  let state = latencyDetector.initial;
  for (let at = 0; at < 120_000; at += LOOK_MS) {
    const stutters = at % 10_000 === 0;
    state = feed(state, at, () => noise() + (stutters ? 300 : 0), noise);
    expect(latencyDetector.signals(state)).toEqual([]);
  }
});

test("nothing is judged before there is a baseline", () => {
  let state = latencyDetector.initial;
  for (let at = 0; at < 2500; at += LOOK_MS) {
    state = feed(
      state,
      at,
      () => (at === 0 ? 10 : 900),
      () => 10,
    );
    expect(latencyDetector.signals(state)).toEqual([]);
  }
});

test("what was held against a replica is dropped once it is forgotten", () => {
  let state = latencyDetector.initial;
  for (let at = 0; at < 10_000; at += LOOK_MS)
    state = feed(
      state,
      at,
      () => 10,
      () => 10,
    );
  for (let at = 10_000; at < 13_000; at += LOOK_MS)
    state = feed(
      state,
      at,
      () => 410,
      () => 10,
    );
  expect(latencyDetector.signals(state)).toHaveLength(1);
  expect(latencyDetector.signals(latencyDetector.forget(state, "inference-1"))).toEqual([]);
});

test("on a starved machine, where the looks themselves come late, and for 3 s after, it takes far longer to stand out", () => {
  /** Until the first signal of a replica that is slow from now on, when the last look came `gapMs` late, ms. */
  const seenAfter = (gapMs: number): number => {
    let state = latencyDetector.initial;
    let at = 0;
    const quick = (): number => 10;
    for (; at < 10_000; at += LOOK_MS) state = feed(state, at, quick, quick);
    at += gapMs;
    const from = at;
    for (; at < from + 60_000; at += LOOK_MS) {
      state = feed(state, at, () => 900, quick);
      if (latencyDetector.signals(state).length > 0) return at - from;
    }
    return Infinity;
  };
  expect(seenAfter(0)).toBeLessThan(2600);
  expect(seenAfter(600)).toBeGreaterThan(2 * seenAfter(0));
  expect(seenAfter(600)).toBeLessThan(6000);
});

test("requests that wait too long count before they are answered", () => {
  const quick = (): number => 10;
  let state = latencyDetector.initial;
  for (let at = 0; at < 10_000; at += LOOK_MS) state = feed(state, at, quick, quick);
  // As many late answers as just do not fill the sum, whatever the limit: three sigma count each.
  const looks = Math.floor(LIMITS.latency.limit / (NUMBERS.latency.cap - NUMBERS.latency.k));
  for (let n = 0; n < looks; n += 1) state = feed(state, 10_000 + n * LOOK_MS, () => 410, quick);
  expect(latencyDetector.signals(state)).toEqual([]);
  const view = (replica: string, waiting: readonly number[]) =>
    ({ service: "inference", replica, weight: 1, started: 0, waiting, recent: [] }) as const;
  const upstreams = [view("inference-1", [390, 210, 30]), view("inference-2", [5])];
  const late = latencyDetector.take(state, { kind: "traffic", at: 10_000 + looks * LOOK_MS, upstreams });
  expect(latencyDetector.signals(late).map((signal) => signal.scope.replica)).toEqual(["inference-1"]);
  const none = [view("inference-1", [30]), view("inference-2", [5])];
  expect(
    latencyDetector.signals(
      latencyDetector.take(state, { kind: "traffic", at: 10_000 + looks * LOOK_MS, upstreams: none }),
    ),
  ).toEqual([]);
});
