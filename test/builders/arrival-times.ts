// When requests are due, for tests that ask for a few of them.

import { makeSchedule, type Arrivals } from "../../src/load/schedule.ts";
import type { Ms } from "../../src/core/units.ts";

/** The first `count` send times in ms after the start, as `makeSchedule` gives them. */
export function arrivalTimes(spec: Arrivals, seed: number, purpose: string, count: number): readonly Ms[] {
  const schedule = makeSchedule(spec, 0, seed, purpose);
  return Array.from({ length: count }, () => schedule.take());
}
