import { expect, test } from "vitest";
import { demandDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import type { DemandState } from "../../../../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import { poisson, seeded } from "../virtual-clock.ts";

/** A world that is asked `perSecond` times for a while, looked at five times a second. */
function createWorld(seed: number) {
  const random = seeded(seed);
  let state: DemandState = demandDetector.initial;
  let at = 0;
  let started = 0;
  return {
    run(seconds: number, perSecond: number): number {
      let signalAfter = Infinity;
      for (let n = 1; n <= 5 * seconds; n += 1) {
        at += 200;
        started += poisson(perSecond / 5, random);
        const upstreams = [{ service: "embedder", replica: "embedder", weight: 1, started, waiting: [], recent: [] }];
        state = demandDetector.take(state, { kind: "traffic", at, upstreams });
        if (demandDetector.signals(state).length > 0) signalAfter = Math.min(signalAfter, n / 5);
      }
      return signalAfter;
    },
    /** Each is forgotten when it has been seen, as after an incident. */
    falseAlarms(seconds: number, perSecond: number): number {
      let alarms = 0;
      for (let second = 0; second < seconds; second += 1) {
        if (this.run(1, perSecond) === Infinity) continue;
        alarms += 1;
        state = demandDetector.forget(state, null);
      }
      return alarms;
    },
    restart(): void {
      started = 0;
    },
  };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])("half as much again is seen within twelve seconds (seed %i)", (seed) => {
  const world = createWorld(seed);
  expect(world.run(20, 20)).toBe(Infinity);
  expect(world.run(20, 30)).toBeLessThanOrEqual(12);
});

test("four days of even Poisson load bring fewer false alarms than the stated one a day", () => {
  const alarms = [1, 2, 3, 4].map((seed) => createWorld(seed).falseAlarms(86_400, 20));
  expect(alarms.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(4);
});

test("load that begins after silence is a beginning, not a surge", () => {
  const world = createWorld(4);
  world.run(30, 0);
  expect(world.run(60, 20)).toBe(Infinity);
  world.run(10, 0);
  expect(world.run(60, 40)).toBe(Infinity);
});

test("a gateway that starts counting anew is no surge and no pause", () => {
  const world = createWorld(5);
  world.run(20, 20);
  world.restart();
  expect(world.run(30, 20)).toBe(Infinity);
});

test("what piled up while the machine was starved, and comes all at once, is no surge", () => {
  const take = (gapMs: number): number => {
    let state: DemandState = demandDetector.initial;
    let at = 0;
    let started = 0;
    let signals = 0;
    const look = (stepMs: number, asked: number): void => {
      at += stepMs;
      started += asked;
      const view = { service: "embedder", replica: "embedder", weight: 1, started, waiting: [], recent: [] };
      state = demandDetector.take(state, { kind: "traffic", at, upstreams: [view] });
      signals += demandDetector.signals(state).length;
    };
    for (let n = 0; n < 150; n += 1) look(200, 4);
    look(gapMs, 4);
    for (let n = 0; n < 14; n += 1) look(200, 12);
    for (let n = 0; n < 20; n += 1) look(200, 4);
    return signals;
  };
  expect(take(200)).toBeGreaterThan(0);
  expect(take(2000)).toBe(0);
});
