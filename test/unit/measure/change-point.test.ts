// The truth of every change here is known, because the test makes it.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { changeMark } from "../../../src/measure/transitions/change-point.ts";
import type { Sample } from "../../../src/measure/transitions/change-point.ts";

const within = { from: 0, to: 4000 };

/**
 * Looks every `everyMs` that take `tookMs` and see what is so at a random instant of it; bad with the share of their
 * side.
 */
function row(
  truth: number,
  { everyMs = 20, tookMs = 4, before = 0, after = 1 },
  random = seededRandom(1, "row"),
): Sample[] {
  const phase = random.next() * everyMs;
  return Array.from({ length: 200 }, (_, index) => {
    const from = index * everyMs + phase;
    const decided = from + random.next() * tookMs;
    return { from, at: from + tookMs, bad: random.next() < (decided < truth ? before : after) };
  });
}

interface Simulated {
  readonly covered: number;
  readonly width: number;
  readonly bias: number;
}

/** Coverage, median width and mean bias over 500 changes at random instants. */
function calibrated(shares: { before?: number; after?: number }, to: "bad" | "good" = "bad"): Simulated {
  const random = seededRandom(20261125, `calibrate ${JSON.stringify(shares)} ${to}`);
  const [widths, errors]: [number[], number[]] = [[], []];
  let covered = 0;
  for (let n = 0; n < 500; n += 1) {
    const truth = 1300 + 1400 * random.next();
    const mark = changeMark(row(truth, shares, random), { to, within, allOrNone: 0.5 });
    if (mark === undefined) continue;
    if (mark.lo <= truth && truth <= mark.hi) covered += 1;
    widths.push(mark.hi - mark.lo);
    errors.push(mark.at - truth);
  }
  widths.sort((a, b) => a - b);
  const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { covered: covered / 500, width: widths[250] ?? Infinity, bias };
}

describe("the instant of a change", () => {
  it("lies between the begin of the last look that saw the old state and the end of the first that saw the new one", () => {
    const looks = [0, 100, 200, 300, 400, 500].map((from) => ({ from, at: from + 10, bad: from >= 300 }));
    const mark = changeMark(looks, { to: "bad", within, allOrNone: 0.9999 });
    expect(mark?.lo).toBe(200);
    expect(mark?.hi).toBe(310);
    expect(mark?.at).toBeCloseTo(255, 0);
  });

  it("of a total outage is covered, unbiased, and as sharp as one gap and one look", () => {
    for (const [shares, to] of [
      [{}, "bad"],
      [{ before: 1, after: 0 }, "good"],
    ] as const) {
      const { covered, width, bias } = calibrated(shares, to);
      expect(covered).toBeGreaterThanOrEqual(0.995);
      expect(width).toBeCloseTo(24, 0);
      expect(Math.abs(bias)).toBeLessThan(1);
    }
  });

  it.each([
    [{ after: 0.5 }, "bad"],
    [{ after: 0.3 }, "bad"],
    [{ before: 0.05, after: 1 }, "bad"],
    [{ before: 0.03, after: 0.4 }, "bad"],
    [{ before: 0.5, after: 0 }, "good"],
    [{ before: 0.3, after: 0.02 }, "good"],
  ] as const)("of a share of looks %j is wider and still covered", (shares, to) => {
    const { covered, width, bias } = calibrated(shares, to);
    expect(covered).toBeGreaterThanOrEqual(0.99);
    expect(width).toBeGreaterThan(40);
    expect(Math.abs(bias)).toBeLessThan(15);
  });

  it("is not told when nothing changed", () => {
    expect(changeMark(row(5000, {}), { to: "bad", within, allOrNone: 0.5 })).toBeUndefined();
    expect(changeMark([], { to: "good", within, allOrNone: 0.5 })).toBeUndefined();
  });

  it("lies within what is asked, whatever the looks say beyond", () => {
    const mark = changeMark(row(500, {}), { to: "bad", within: { from: 1000, to: 1500 }, allOrNone: 0.5 });
    expect(mark?.at).toBeGreaterThanOrEqual(1000);
    expect(mark?.at).toBeLessThanOrEqual(1500);
  });
});
