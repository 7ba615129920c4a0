import { describe, expect, it } from "vitest";
import { estimateDose, nextPlace } from "../../../../src/measure/dose/dose-search.ts";
import { mostTrials, oracleFigures, oracles } from "../../../programs/bench/authoring/oracle-sweep.ts";

const places = Array.from({ length: 41 }, (_, index) => index / 40);
const all = { places, ceiling: Infinity };

describe("the search for a dose", () => {
  it.each(oracles.map((oracle) => [oracle.name, oracle] as const))(
    "holds the truth of an oracle in its interval: %s (a small size of the bench)",
    async (_, oracle) => {
      const figures = await oracleFigures(oracle, 20);
      expect(figures.inside).toBeGreaterThanOrEqual(19);
      expect(figures.mostTrials).toBeLessThanOrEqual(mostTrials);
      // An interval that holds everything would hold the truth, too.
      expect(figures.width).toBeLessThan(0.35);
      expect(figures.closed).toBeGreaterThanOrEqual(14);
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
    const capped = { places, ceiling: 0.3 };
    expect(nextPlace(answers, capped)).toBeLessThanOrEqual(0.3);
    const { lo, hi } = estimateDose(answers, capped);
    expect(hi).toBe(Infinity);
    expect(lo).toBeGreaterThan(0.2);
  });

  it("leaves both ends open before any answer", () => {
    expect(estimateDose([], all)).toMatchObject({ lo: -Infinity, hi: Infinity });
  });

  it("says that it lies below all where the mildest breaks each time", () => {
    const { lo, hi } = estimateDose(
      Array.from({ length: 6 }, () => ({ place: 0, broke: true })),
      all,
    );
    expect(lo).toBe(-Infinity);
    expect(hi).toBeLessThan(0.2);
  });

  it("does not take one odd answer for the turn", () => {
    const steady = [0.1, 0.2, 0.3, 0.4, 0.45].map((place) => ({ place, broke: false }));
    const broken = [0.55, 0.6, 0.7].map((place) => ({ place, broke: true }));
    const odd = { place: 0.1, broke: true };
    const { lo, hi } = estimateDose([...steady, ...broken, odd], all);
    expect(lo).toBeGreaterThan(0.2);
    expect(hi).toBeLessThan(0.75);
  });
});
