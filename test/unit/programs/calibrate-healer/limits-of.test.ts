import { expect, it } from "vitest";
import { seeded } from "../../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { limitsOf } from "../../../programs/calibrate-healer/limits-of.ts";
import { sort } from "../../../programs/calibrate-healer/record.ts";
import type { Observation, TrafficSample } from "../../../../targets/reference-ai-stack/healer/nouns.ts";
import { busyLatency } from "../../targets/reference-ai-stack/healer/virtual-clock.ts";

const SECONDS = 240;
const scope = { service: "vector", replica: "vector-1" };

/** Looks at two replicas that answer alike, by chance, every 0.2 s; `ms` is drawn for each answer. */
function watched(ms: (random: () => number) => number, lost = 0): ReturnType<typeof sort> {
  const random = seeded(7);
  const seen: Observation[] = [];
  let seq = 0;
  for (let at = 0; at < SECONDS * 1000; at += 200) {
    seq += 1;
    const view = (service: string, replica: string) => {
      const recent: TrafficSample[] = [{ seq, ms: ms(random), ok: true }];
      return { service, replica, weight: 1, started: seq, waiting: [], recent };
    };
    const upstreams = [view("embedder", "embedder"), view("vector", "vector-1"), view("vector", "vector-2")];
    seen.push({ kind: "traffic", at, upstreams });
    if (at % 400 === 0)
      seen.push({
        kind: "self-retrieval",
        at,
        scope,
        view: { share: 1 - (random() < lost ? 1 : 0) / 64, checked: 64 },
      });
  }
  return sort(seen);
}

const wanted = { falseAlarmsPerDay: 40, suspicionsPerDay: 40, days: 0.1, seed: 1 };

it("limits are low for a quiet stack and higher for a noisy one", () => {
  const quiet = limitsOf({ ...watched((random) => 10 + 5 * random()), seconds: SECONDS }, wanted);
  const noisy = (random: () => number): number => busyLatency(random) + (random() < 0.15 ? 300 : 0);
  const loud = limitsOf({ ...watched(noisy, 0.05), seconds: SECONDS }, wanted);
  expect(quiet.latency.limit).toBe(6);
  expect(loud.latency.limit).toBeGreaterThan(quiet.latency.limit);
  expect(loud.selfRetrieval.p0).toBeGreaterThan(quiet.selfRetrieval.p0);
});

it("where no bad sample was seen the share is not taken for nothing", () => {
  const { errors, selfRetrieval } = limitsOf({ ...watched(() => 10), seconds: SECONDS }, wanted);
  const answers = 3 * (SECONDS / 0.2);
  expect(errors.p0).toBeCloseTo(3 / answers, 6);
  expect(errors.limit).toBeGreaterThan(Math.log(20));
  expect(selfRetrieval.p0).toBe(0.0001);
});

it("a signal that an active check must confirm may come more often, one that is its own proof may not", () => {
  const noisy = (random: () => number): number => busyLatency(random) + (random() < 0.15 ? 300 : 0);
  const recording = { ...watched(noisy, 0.05), seconds: SECONDS };
  const [seldom, often] = [40, 4000].map((suspicionsPerDay) => limitsOf(recording, { ...wanted, suspicionsPerDay }));
  expect(often?.latency.limit).toBeLessThan(seldom?.latency.limit ?? 0);
  expect(often?.selfRetrieval.limit).toBeLessThan(seldom?.selfRetrieval.limit ?? 0);
  expect(often?.errors).toEqual(seldom?.errors);
  expect(often?.demand).toEqual(seldom?.demand);
});

it("a limit that no telemetry asked for is marked as chosen, and one that it asked for is not", () => {
  const quiet = limitsOf({ ...watched((random) => 10 + 5 * random()), seconds: SECONDS }, wanted);
  expect(quiet.latency).toEqual({ limit: 6, floor: true });
  expect(quiet.selfRetrieval.p0Floor).toBe(true);
  expect(quiet.errors.p0Floor).toBeUndefined();
  const noisy = (random: () => number): number => busyLatency(random) + (random() < 0.15 ? 300 : 0);
  const loud = limitsOf({ ...watched(noisy, 0.05), seconds: SECONDS }, wanted);
  expect(loud.latency.floor).toBeUndefined();
  expect(loud.selfRetrieval.p0Floor).toBeUndefined();
});
