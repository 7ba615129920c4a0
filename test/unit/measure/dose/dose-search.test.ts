import { describe, expect, it } from "vitest";
import {
  estimateDose,
  nextPlace,
  type DoseAnswer,
  type DoseEstimate,
} from "../../../../src/measure/dose/dose-search.ts";
import { mostTrials, oracleFigures, oracles } from "../../../programs/bench/authoring/oracle-sweep.ts";

const places = Array.from({ length: 41 }, (_, index) => index / 40);
const all = { places, ceiling: Infinity };
const estimate = (answers: readonly DoseAnswer[]): DoseEstimate => estimateDose(answers, places);

describe("the search for a dose", () => {
  it.each(oracles.map((oracle) => [oracle.name, oracle] as const))(
    "holds the truth of an oracle in its interval: %s (a small size of the bench)",
    async (_, oracle) => {
      const figures = await oracleFigures(oracle, 20);
      expect(figures.inside).toBeGreaterThanOrEqual(19);
      expect(figures.wrong).toBe(0);
      expect(figures.mostTrials).toBeLessThanOrEqual(mostTrials);
      // An interval that holds everything would hold the truth, too.
      expect(figures.width).toBeLessThan(0.35);
      expect(figures.closed).toBeGreaterThanOrEqual(oracle.caps ? 10 : 14);
    },
  );

  it("begins mild and never rises by more than a quarter of the range above what was tried", () => {
    const answers: { place: number; broke: boolean }[] = [];
    for (let trial = 0; trial < 8; trial += 1) {
      const tried = Math.max(0, ...answers.map(({ place }) => place));
      const place = nextPlace(answers, all) ?? Number.NaN;
      expect(place).toBeLessThanOrEqual(tried + 0.25 + 1e-9);
      answers.push({ place, broke: false });
    }
    expect(answers.at(-1)?.place).toBe(1);
  });

  it("tries nothing above the ceiling, and says that it may lie beyond", () => {
    const answers = Array.from({ length: 6 }, () => ({ place: 0.3, broke: false }));
    expect(nextPlace(answers, { places, ceiling: 0.3 })).toBeLessThanOrEqual(0.3);
    const { lo, hi } = estimate(answers);
    expect(hi).toBe(Infinity);
    expect(lo).toBeGreaterThan(0.2);
  });

  it("closes the upper end where recovery breaks at the ceiling time after time", () => {
    const held = [0.1, 0.2, 0.3, 0.4, 0.45].map((place) => ({ place, broke: false }));
    const broken = Array.from({ length: 5 }, () => ({ place: 0.5, broke: true }));
    const { lo, hi } = estimate([...held, ...broken]);
    expect(lo).toBeGreaterThan(0.2);
    expect(hi).toBeLessThan(0.8);
  });

  it("has no closed end beyond what may be tried", () => {
    const eight = (place: number, broke: boolean): readonly DoseAnswer[] =>
      Array.from({ length: 8 }, () => ({ place, broke }));
    expect(estimateDose(eight(0.6, false), [0.2, 0.3, 0.4])).toMatchObject({ lo: 0.4, hi: Infinity });
    expect(estimateDose(eight(0.4, true), [0.6, 0.7, 0.8])).toMatchObject({ lo: -Infinity, hi: 0.6 });
  });

  it("leaves both ends open before any answer", () => {
    expect(estimate([])).toMatchObject({ lo: -Infinity, hi: Infinity });
  });

  it("says that it lies below all where the mildest breaks each time", () => {
    const { lo, hi } = estimate(Array.from({ length: 6 }, () => ({ place: 0, broke: true })));
    expect(lo).toBe(-Infinity);
    expect(hi).toBeLessThan(0.2);
  });

  it("does not take one odd answer for the turn", () => {
    const steady = [0.1, 0.2, 0.3, 0.4, 0.45].map((place) => ({ place, broke: false }));
    const broken = [0.55, 0.6, 0.7].map((place) => ({ place, broke: true }));
    const odd = { place: 0.1, broke: true };
    const { lo, hi } = estimate([...steady, ...broken, odd]);
    expect(lo).toBeGreaterThan(0.2);
    expect(hi).toBeLessThan(0.75);
  });
});
