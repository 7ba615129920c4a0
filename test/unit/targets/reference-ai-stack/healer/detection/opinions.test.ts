// Second opinions: what they see, that they add to other signals, and that they are never one alone.
import { setImmediate as settle } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { needsConfirming } from "../../../../../../targets/reference-ai-stack/healer/detection/confirm.ts";
import { createDetection, groupSignals } from "../../../../../../targets/reference-ai-stack/healer/detection/detect.ts";
import type { Detector } from "../../../../../../targets/reference-ai-stack/healer/detection/detector.ts";
import { oddReplicaDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/odd-replica-detector.ts";
import { oddSeriesDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/odd-series-detector.ts";
import { questionDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/question-detector.ts";
import { seasonDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/season-detector.ts";
import { keepRecent, sketchOf } from "../../../../../../targets/reference-ai-stack/embedder/recent.ts";
import type { SignalSpec } from "../../../../../../targets/reference-ai-stack/healer/signals/signal.ts";
import { SIGNALS } from "../../../../../../targets/reference-ai-stack/healer/signals/table.ts";
import type { Observation, Signal } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { classify } from "../../../../../../targets/reference-ai-stack/healer/classification/classify.ts";
import { normalFrom } from "../../../../../programs/bench/detect/chance.ts";
import { busyLatency, seeded } from "../virtual-clock.ts";

const place = { service: "inference", replica: "inference-1" };
const opinion: Signal = { name: "odd-together", scope: place, says: "alone" };
const slow: Signal = { name: "slower-than-siblings", scope: place, says: "slow" };
const gone: Signal = { name: "process-gone", scope: place, says: "gone" };

describe("a second opinion", () => {
  it("goes with what stands at its place, and is nothing alone or elsewhere", () => {
    expect(groupSignals([opinion])).toEqual([]);
    expect(groupSignals([opinion, slow])).toEqual([{ scope: place, signals: [slow, opinion] }]);
    const elsewhere = { ...slow, scope: { service: "inference", replica: "inference-2" } };
    expect(groupSignals([opinion, elsewhere])).toEqual([{ scope: elsewhere.scope, signals: [elsewhere] }]);
  });

  it("spares no active check, and asks for none where there is certainty", () => {
    expect(needsConfirming({ scope: place, signals: [slow, opinion] })).toBe(true);
    expect(needsConfirming({ scope: place, signals: [gone, opinion] })).toBe(false);
  });

  it("raises confidence where a replica is slow or down", () => {
    for (const signal of [slow, gone]) {
      expect(classify([signal, opinion]).confidence).toBeGreaterThan(classify([signal]).confidence);
    }
  });

  it("changes no class, whichever opinions come to whichever signal", () => {
    const specs: readonly SignalSpec[] = SIGNALS;
    const said = (name: string): Signal => ({ name, scope: place, says: "seen" });
    const opinions = specs.filter((one) => one.opinion === true).map(({ name }) => said(name));
    const others = specs.filter((one) => one.opinion !== true).map(({ name }) => said(name));
    expect(opinions.length).toBeGreaterThan(3);
    // Of demand there is an opinion of its own, of replicas the others.
    const atService = (one: Signal): boolean => one.name.startsWith("demand");
    for (const signal of others) {
      const fitting = opinions.filter((one) => atService(one) === atService(signal));
      for (const some of [...fitting.map((one) => [one]), fitting]) {
        const names = [signal, ...some].map(({ name }) => name).join(" + ");
        expect(classify([signal, ...some]).class, names).toBe(classify([signal]).class);
      }
    }
  });
});

type Traffic = Extract<Observation, { readonly kind: "traffic" }>;

/** Looks every 200 ms; what each of three requests in it took, ms (undefined: it failed). */
function* trafficOf(seconds: number, from: number, answer: () => number | undefined): Generator<Traffic> {
  for (let n = 0; n < seconds * 5; n += 1) {
    const at = from + n * 200;
    const recent = [0, 1, 2].map((i) => {
      const ms = answer();
      return { seq: Math.round(at / 200) * 3 + i, ms: ms ?? 1, ok: ms !== undefined };
    });
    const waiting: readonly number[] = [];
    yield { kind: "traffic", at, upstreams: [{ ...place, weight: 1, started: 0, waiting, recent }] };
  }
}

function fed<State>(detector: Detector<State>, state: State, looks: Iterable<Observation>): State {
  let now = state;
  for (const look of looks) now = detector.take(now, look);
  return now;
}

describe.each([
  ["odd-together", oddReplicaDetector as Detector<unknown>],
  ["odd-series", oddSeriesDetector as Detector<unknown>],
])("the opinion %s", (name, detector) => {
  it("keeps quiet of 20 healthy minutes, and speaks of latency and failures that were never there", () => {
    const random = seeded(2);
    let state = detector.initial;
    let spoke = 0;
    for (let minute = 0; minute < 20; minute += 1) {
      state = fed(
        detector,
        state,
        trafficOf(60, minute * 60_000, () => busyLatency(random)),
      );
      spoke += detector.signals(state).length;
    }
    expect(spoke).toBe(0);
    const failing = trafficOf(20, 1_200_000, () => (random() < 0.4 ? undefined : 900 * random()));
    const odd = fed(detector, state, failing);
    expect(detector.signals(odd)).toMatchObject([{ name, scope: place }]);
    expect(detector.signals(detector.forget(odd, place.replica))).toEqual([]);
  });
});

describe("demand-off-forecast", () => {
  const MINUTE_MS = 60_000;

  /** Days of a daily rhythm, a look a minute; `factor` of the last hour's rate. */
  async function afterDays(days: number, factor: number): Promise<readonly Signal[]> {
    let state = seasonDetector.initial;
    const normal = normalFrom(4);
    let started = 0;
    const minutes = days * 1440 + 30;
    for (let minute = 0; minute <= minutes; minute += 1) {
      const usual = 8 + 4 * Math.sin((2 * Math.PI * minute) / 1440) + 0.2 * normal();
      started += 60 * usual * (minute > minutes - 30 ? factor : 1);
      const upstreams = [{ service: "embedder", replica: "embedder", weight: 1, started, waiting: [], recent: [] }];
      state = seasonDetector.take(state, { kind: "traffic", at: minute * MINUTE_MS, upstreams });
      if (minute % 60 === 0) await settle();
    }
    return seasonDetector.signals(state);
  }

  it("knows the rhythm after some days, and speaks when the hour is unlike it", async () => {
    // The library is loaded when there is enough history for the first time.
    await afterDays(5, 1);
    await import("../../../../../../targets/reference-ai-stack/healer/detection/season-forecast.ts");
    expect(await afterDays(6, 1)).toEqual([]);
    expect(await afterDays(6, 2)).toMatchObject([{ name: "demand-off-forecast", scope: { service: "inference" } }]);
    expect(await afterDays(6, 0.3)).toHaveLength(1);
  });

  it("says nothing of a history that is too short", async () => {
    expect(await afterDays(3, 3)).toEqual([]);
  });
});

describe("questions-drift", () => {
  const scope = { service: "embedder", replica: "embedder" };

  /** Looks after every 128 questions; each question is a vector with most of its spread along few directions. */
  function spokeOf(questions: number, shift: (n: number) => number, seed: number): number {
    const normal = normalFrom(seed);
    const recent = keepRecent();
    let state = questionDetector.initial;
    let spoke = 0;
    for (let n = 1; n <= questions; n += 1) {
      recent.add(Float32Array.from({ length: 512 }, (_, i) => (normal() + (i < 4 ? shift(n) : 0)) / (1 + i)));
      if (n % 128 > 0) continue;
      const { count, sketches } = recent.read();
      state = questionDetector.take(state, { kind: "questions", at: n, scope, view: { count, sketches } });
      spoke += questionDetector.signals(state).length;
    }
    return spoke;
  }

  it("keeps quiet of 6,000 questions of one kind", () => {
    expect(spokeOf(6000, () => 0, 1)).toBe(0);
  });

  it("sees that questions lie one standard deviation elsewhere", () => {
    expect(spokeOf(2000, (n) => (n > 1200 ? 1 : 0), 2)).toBeGreaterThan(0);
  });

  it("goes on after the embedder was started anew", () => {
    const view = (count: number) => ({
      count,
      sketches: Array.from({ length: 256 }, () => sketchOf(new Float32Array(512).fill(0.1))),
    });
    let state = questionDetector.initial;
    for (const count of [256, 512, 10, 300, 600]) {
      state = questionDetector.take(state, { kind: "questions", at: 0, scope, view: view(count) });
    }
    expect(state.replicas.get("embedder")).toMatchObject({ count: 600 });
    expect(questionDetector.signals(state)).toEqual([]);
  });
});

it("a sketch keeps how far questions lie apart", () => {
  const normal = normalFrom(8);
  const random = (): Float32Array => Float32Array.from({ length: 512 }, normal);
  const apart = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
  const ratios = Array.from({ length: 200 }, () => {
    const [a, b] = [random(), random()];
    return apart(sketchOf(a), sketchOf(b)) / (4 * apart(a, b));
  });
  const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
  expect(mean).toBeGreaterThan(0.9);
  expect(mean).toBeLessThan(1.1);
});

it("detection shows the opinions that stand, beside the suspicions", () => {
  const detection = createDetection();
  expect(detection.opinions()).toEqual([]);
});
