import { expect, test } from "vitest";
import { demandDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import type { DemandState } from "../../../../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import { poisson, seeded } from "../virtual-clock.ts";

/** A world that is asked `perSecond` times for a while, looked at twice a second. */
function createWorld(seed: number) {
  const random = seeded(seed);
  let state: DemandState = demandDetector.initial;
  let at = 0;
  let started = 0;
  return {
    run(seconds: number, perSecond: number): number {
      let signalAfter = Infinity;
      for (let n = 1; n <= 2 * seconds; n += 1) {
        at += 500;
        started += poisson(perSecond / 2, random);
        const upstreams = [{ service: "embedder", replica: "embedder", weight: 1, started, waiting: [], recent: [] }];
        state = demandDetector.take(state, { kind: "traffic", at, upstreams });
        if (demandDetector.signals(state).length > 0) signalAfter = Math.min(signalAfter, n / 2);
      }
      return signalAfter;
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

test.each([1, 2, 3])("six hours of even Poisson load bring no signal (seed %i)", (seed) => {
  expect(createWorld(seed).run(6 * 3600, 20)).toBe(Infinity);
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
