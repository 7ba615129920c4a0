import { expect, test } from "vitest";
import type { Observation, Pulse } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type {
  ManifestView,
  SelfRetrievalView,
} from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";
import { groupSignals } from "../../../../../../targets/reference-ai-stack/healer/detection/detect.ts";
import { bernoulliStep } from "../../../../../../targets/reference-ai-stack/healer/detection/bernoulli-cusum.ts";
import { LIMITS } from "../../../../../../targets/reference-ai-stack/healer/detection/limits.ts";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { indexDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { pulseDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/pulse-detector.ts";

const vector = { service: "vector", replica: "vector-1" };
const other = { service: "vector", replica: "vector-2" };
const good: Pulse = { state: "good", ms: 3, says: "health 200" };
const refused: Pulse = { state: "refused", ms: 1, says: "ECONNREFUSED" };
const silent: Pulse = { state: "silent", ms: 5000, says: "no answer within 5000 ms" };

function rollCall(at: number, pid: number | null): Observation {
  return {
    kind: "roll-call",
    at,
    replicas: [
      { ...vector, port: 1, pid },
      { ...other, port: 2, pid: 8 },
    ],
  };
}

function after(observations: readonly Observation[]) {
  const ready: Observation[] = [
    rollCall(0, 7),
    { kind: "pulse", at: 1, scope: vector, pulse: good },
    { kind: "pulse", at: 1, scope: other, pulse: good },
  ];
  const state = [...ready, ...observations].reduce(
    (before, one) => pulseDetector.take(before, one),
    pulseDetector.initial,
  );
  return pulseDetector.signals(state).map((signal) => `${signal.name} ${signal.scope.replica}`);
}

function pulses(times: number, pulse: Pulse, everyMs = 400): Observation[] {
  return Array.from({ length: times }, (_, n) => ({ kind: "pulse", at: 400 + n * everyMs, scope: vector, pulse }));
}

test("one refused look is not death, two are", () => {
  expect(after(pulses(1, refused))).toEqual([]);
  expect(after(pulses(2, refused))).toEqual(["process-gone vector-1"]);
});

test("the same blink seen by roll-call and pulse counts once until it has lasted", () => {
  expect(after([rollCall(400, null), ...pulses(1, refused)])).toEqual([]);
  expect(after([rollCall(400, null), ...pulses(1, refused), rollCall(800, null)])).toEqual(["process-gone vector-1"]);
});

test("a good answer wipes the misses before it", () => {
  const [first, second] = pulses(2, refused);
  const between: Observation = { kind: "pulse", at: 600, scope: vector, pulse: good };
  expect(after([first, between, second].filter((one) => one !== undefined))).toEqual([]);
});

function traffic(at: number, newest: number): Observation {
  const recent = [{ seq: newest, ms: 3000, ok: true }];
  return { kind: "traffic", at, upstreams: [{ ...vector, weight: 1, started: newest, waiting: [], recent }] };
}

test("silence counts only when it comes twice in a row", () => {
  expect(after(pulses(1, silent))).toEqual([]);
  expect(after(pulses(2, silent))).toEqual(["not-answering vector-1"]);
});

test("a replica that still answers users, however late, does not hang", () => {
  const [first, second] = pulses(2, silent, 5000);
  const looks = [traffic(300, 1), first, traffic(450, 2), second].filter((one) => one !== undefined);
  expect(after(looks)).toEqual([]);
  const stuck = [traffic(300, 1), first, traffic(450, 1), second].filter((one) => one !== undefined);
  expect(after(stuck)).toEqual(["not-answering vector-1"]);
});

test("on a starved machine, where everybody is late, no replica is taken for hung", () => {
  const late: Observation = { kind: "pulse", at: 300, scope: other, pulse: { ...good, ms: 2500 } };
  expect(after([late, ...pulses(2, silent)])).toEqual([]);
});

test("while the healer's own looks come late, a hang needs four silent probes", () => {
  const late = [traffic(300, 1), traffic(900, 1)];
  expect(after([...late, ...pulses(3, silent)])).toEqual([]);
  expect(after([...late, ...pulses(4, silent)])).toEqual(["not-answering vector-1"]);
});

type Seen = Partial<SelfRetrievalView> & { readonly share: number };

type Counted = Partial<ManifestView> & { matches: boolean };

function indexAfter(looks: readonly (Seen | Counted)[]): string[] {
  const state = looks.reduce((before, look, n) => {
    const at = n * 800;
    if ("share" in look) {
      const view = { checked: 64, ...look };
      return indexDetector.take(before, { kind: "self-retrieval", at, scope: vector, view });
    }
    const manifest = { rows: 10, ...look };
    return indexDetector.take(before, { kind: "manifest", at, scope: vector, manifest });
  }, indexDetector.initial);
  return indexDetector.signals(state).map((signal) => signal.name);
}

test("a disk that refused the newest write is a signal until one is taken", () => {
  const refused = { matches: true, records: 10, writeRefused: "disk I/O error" };
  expect(indexAfter([refused])).toEqual(["writes-refused"]);
  expect(indexAfter([refused, { matches: true, records: 10 }])).toEqual([]);
});

test("a file that differs from what was written is a signal until it is whole again", () => {
  expect(indexAfter([{ matches: true }, { matches: false }])).toEqual(["index-hash-differs"]);
  expect(indexAfter([{ matches: false }, { matches: true }])).toEqual([]);
});

test("5 % of lost rows count within three looks, and one row that chance lost does not", () => {
  const seen = (misses: readonly number[]) => indexAfter(misses.map((missed) => ({ share: 1 - missed / 64 })));
  expect(seen([0, 0, 0, 1, 0, 0, 0])).toEqual([]);
  expect(seen([0, 3, 3, 3])).toEqual(["self-retrieval-low"]);
});

test("with the file's hash beside it one low look is enough", () => {
  const low = { share: 1 - 2 / 64 };
  const sumAfter = bernoulliStep(0, 2, 64, { ...LIMITS.selfRetrieval, p1: NUMBERS.selfRetrieval.p1 });
  // Alone it is enough only where the calibrated limit is that low.
  expect(indexAfter([{ share: 1 }, low])).toEqual(sumAfter > LIMITS.selfRetrieval.limit ? ["self-retrieval-low"] : []);
  expect(indexAfter([{ share: 1 }, { matches: false }, low])).toEqual(["index-hash-differs", "self-retrieval-low"]);
});

test("an index that holds other vectors than the record store counts at once, though it finds each of its own", () => {
  const shape = { answers: 64, short: 0, unknown: 0, repeated: 0, alike: 1 };
  const whole = { share: 1, internal: { share: 1, checked: 16 }, differing: 0, shape };
  expect(indexAfter([{ matches: true }, whole])).toEqual([]);
  expect(indexAfter([whole, { ...whole, differing: 1 }])).toEqual(["stored-vectors-differ"]);
  expect(indexAfter([{ ...whole, differing: 1 }, whole])).toEqual([]);
});

test("rows that are given back and not found count as those that are not found by the vectors held outside", () => {
  const seen = { share: 1, internal: { share: 0.75, checked: 16 } };
  expect(indexAfter([seen, seen])).toEqual(["self-retrieval-low"]);
});

test("rows that the record store counts and no search can find are a signal, and more of them than records too", () => {
  expect(indexAfter([{ matches: true, rows: 10, records: 10 }])).toEqual([]);
  expect(indexAfter([{ matches: true, rows: 9, records: 10 }])).toEqual(["rows-not-retrievable"]);
  expect(indexAfter([{ matches: true, rows: 11, records: 10 }])).toEqual(["rows-not-retrievable"]);
});

test("dead rows are a signal from 50 and a fifth of the others on, and it waits for all other trouble", () => {
  const counted = (dead: number) => indexAfter([{ matches: true, rows: 1000, dead }]);
  expect(counted(250)).toEqual([]);
  expect(counted(251)).toEqual(["rows-dead"]);
  expect(indexAfter([{ matches: true, rows: 10, dead: 50 }])).toEqual([]);
  const dead = { name: "rows-dead" as const, scope: vector, says: "many" };
  const gone = { name: "process-gone" as const, scope: other, says: "gone" };
  expect(groupSignals([dead]).map(({ scope }) => scope)).toEqual([vector]);
  expect(groupSignals([dead, gone]).map(({ scope }) => scope)).toEqual([other]);
});

test("an index whose vectors have another middle, or an odd length, is a signal, and rounding is none", () => {
  const figured = (centroid: number, oddLengths: number) =>
    indexAfter([{ matches: true, rows: 10, vectors: { centroid, oddLengths } }]);
  expect(figured(1 - 1e-9, 0)).toEqual([]);
  expect(figured(0.9998, 0)).toEqual(["centroid-moved"]);
  expect(figured(1, 0.01)).toEqual(["lengths-odd"]);
});

test("an index whose digest is not that of its records is a signal, which names who agrees with the records", () => {
  const take = (before: typeof indexDetector.initial, replica: string, digests: { records: string; index: string }) => {
    const manifest = { matches: true, rows: 10, records: 10, digests };
    return indexDetector.take(before, { kind: "manifest", at: 0, scope: { service: "vector", replica }, manifest });
  };
  const whole = take(indexDetector.initial, "vector-2", { records: "aa", index: "aa" });
  expect(indexDetector.signals(whole)).toEqual([]);
  const state = take(whole, "vector-1", { records: "aa", index: "bb" });
  expect(indexDetector.signals(state)).toMatchObject([
    {
      name: "replica-digests-differ",
      scope: { replica: "vector-1" },
      says: "the index holds other content (bb) than the record store (aa); vector-2 holds what that does",
    },
  ]);
  // Two replicas are never written at the same instant: what differs between their records alone is no signal.
  expect(indexDetector.signals(take(whole, "vector-1", { records: "cc", index: "cc" }))).toEqual([]);
});

test.each([{ short: 1 }, { unknown: 1 }, { repeated: 1 }, { alike: 33 }])(
  "answers of an odd shape %o are a signal",
  (odd) => {
    const shape = { answers: 64, short: 0, unknown: 0, repeated: 0, alike: 1, ...odd };
    expect(indexAfter([{ share: 1, shape }])).toEqual(["answers-misshapen"]);
  },
);

test("demand is not blamed while a replica deviates", () => {
  const demand = { name: "demand-above-baseline" as const, scope: { service: "inference" }, says: "more" };
  const slow = { name: "slower-than-siblings" as const, scope: vector, says: "slow" };
  expect(groupSignals([demand]).map((one) => one.scope)).toEqual([{ service: "inference" }]);
  expect(groupSignals([slow, demand]).map((one) => one.scope)).toEqual([vector]);
});
