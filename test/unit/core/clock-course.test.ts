// Another machine's clock by round trips, against a clock whose truth the test knows.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openClockCourse, type RoundTrip } from "../../../src/core/clock-course.ts";

/** What their clock shows when ours shows this, ms. */
type Theirs = (ours: number) => number;

/** A question that takes so long there, is answered at once, and so long back. */
function trip(theirs: Theirs, asked: number, [there, back]: readonly [number, number]): RoundTrip {
  const arrived = theirs(asked + there);
  return { asked, received: arrived, answered: arrived, heard: asked + there + back };
}

const hour = 3_600_000;
const ways = fc.tuple(fc.double({ min: 0.05, max: 30, noNaN: true }), fc.double({ min: 0.05, max: 30, noNaN: true }));

describe("a clock that is an hour ahead and drifts", () => {
  test("is known within what is said, whatever the ways take, at and between comparisons", () => {
    const course = fc.record({
      drift: fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
      trips: fc.array(fc.array(ways, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 12 }),
      asked: fc.array(fc.double({ min: 0, max: 12_000, noNaN: true }), { minLength: 5, maxLength: 5 }),
    });
    fc.assert(
      fc.property(course, ({ drift, trips, asked }) => {
        const theirs: Theirs = (ours) => ours * (1 + drift) + hour;
        const [first = [], ...others] = trips.map((each, index) => each.map((way) => trip(theirs, 1000 * index, way)));
        const clock = openClockCourse(first);
        for (const other of others) clock.compare(other);
        for (const ours of asked) {
          const { aheadMs, errorMs } = clock.at(ours);
          expect(Math.abs(theirs(ours) - ours - aheadMs)).toBeLessThanOrEqual(errorMs + 1e-6);
          const from = theirs(ours);
          const both = clock.between(from, from + 500);
          for (const stamp of [from, from + 500]) {
            // Which instant of ours is meant is itself known to some 30 ms, times the drift.
            const truth = (stamp - hour) / (1 + drift);
            expect(Math.abs(stamp - both.aheadMs - truth)).toBeLessThanOrEqual(both.errorMs + 0.05);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("is known by the shortest of several round trips, to half of it", () => {
    const clock = openClockCourse([
      trip((ours) => ours + hour, 0, [9, 1]),
      trip((ours) => ours + hour, 20, [0.2, 0.2]),
    ]);
    expect(clock.at(20.2).aheadMs).toBeCloseTo(hour, 6);
    expect(clock.at(20.2).errorMs).toBeCloseTo(0.2, 2);
    expect(clock.roundTripMs()).toBeCloseTo(0.4, 6);
  });

  test("is known less well the longer ago it was compared: 1 ms more each second", () => {
    const clock = openClockCourse([trip((ours) => ours, 0, [0.1, 0.1])]);
    expect(clock.at(10_000.1).errorMs - clock.at(0.1).errorMs).toBeCloseTo(10, 6);
    // A slow comparison later knows less than a quick one before.
    clock.compare([trip((ours) => ours, 1000, [40, 40])]);
    expect(clock.at(1080).errorMs).toBeLessThan(1.5);
  });
});

describe("a clock that jumped", () => {
  test("may have been wrong by as much for all that was corrected before it was found out", () => {
    const clock = openClockCourse([trip((ours) => ours, 0, [0.1, 0.1])]);
    clock.between(100, 200);
    clock.compare([trip((ours) => ours, 1000, [0.1, 0.1])]);
    expect(clock.worstSince(1000)).toBeLessThan(2);
    clock.between(1100, 1200);
    clock.compare([trip((ours) => ours + 700, 2000, [0.1, 0.1])]);
    expect(clock.worstSince(2000)).toBeGreaterThanOrEqual(700);
    // From here on it is known again.
    expect(clock.at(2000).aheadMs).toBeCloseTo(700, 6);
    clock.between(2700, 2800);
    expect(clock.worstSince(2100)).toBeLessThan(1);
  });

  test("or ran off faster than clocks do shows by the next comparison", () => {
    const theirs: Theirs = (ours) => ours * 1.05;
    const clock = openClockCourse([trip(theirs, 0, [0.1, 0.1])]);
    for (let at = 1000; at <= 5000; at += 1000) {
      // All stamps since the comparison before were corrected by that one.
      const stamp = theirs(at - 10);
      const { aheadMs } = clock.between(stamp, stamp);
      clock.compare([trip(theirs, at, [0.1, 0.1])]);
      expect(clock.worstSince(at)).toBeGreaterThanOrEqual(Math.abs(stamp - aheadMs - (at - 10)));
    }
  });
});
