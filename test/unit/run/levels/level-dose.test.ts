import { describe, expect, it } from "vitest";
import { doseAt, placeOf, type Dose } from "../../../../src/core/dose.ts";
import { seededRandom } from "../../../../src/core/random.ts";
import { doseOfLevel, hasReached } from "../../../../src/run/levels/level-dose.ts";
import { searchDose } from "../../../../src/run/sweep/search-dose.ts";

const dose: Dose = { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" };
const places = Array.from({ length: 41 }, (_, index) => index / 40);
const slo = 0.99;

/** A target of which `per` of each dose's share is bad, give or take a tenth. */
async function calibrated(level: "noticeable" | "significant" | "disabling", per: number, seed = 1) {
  const random = seededRandom(seed, "felt");
  const rows: { dose: number; bad: number; slo: number }[] = [];
  const feel = (value: number) => ({ dose: value, bad: per * value * (0.9 + 0.2 * random.next()), slo });
  await searchDose({
    places,
    most: 10,
    tryAt(place) {
      const felt = feel(doseAt(dose, place));
      rows.push(felt);
      return Promise.resolve({ broke: hasReached(felt, level), caps: felt.bad >= 0.5 });
    },
  });
  return { rows, feel, known: doseOfLevel(rows, { dose, level, places }) };
}

describe("the dose of a level", () => {
  it("has that level when it is tried again", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { known, feel } = await calibrated("significant", 0.6, seed);
      const { bad } = feel(known?.dose ?? Number.NaN);
      // From 7.1 % to half of the requests at an SLO of 99 %.
      expect(bad).toBeGreaterThan(0.071);
      expect(bad).toBeLessThan(0.5);
    }
  });

  it("is never one that was disabling, and for disabling not above the mildest that was", async () => {
    const rows = [0.1, 0.2, 0.3, 0.3, 0.5, 0.6, 0.7].map((value) => ({
      dose: value,
      bad: value >= 0.5 ? 0.9 : 0.01,
      slo,
    }));
    const significant = doseOfLevel(rows, { dose, level: "significant", places });
    expect(significant?.dose).toBeLessThan(0.5);
    // One that was disabling once is out, though most trials about it were mild.
    const odd = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((value) => ({ dose: value, bad: value >= 0.5 ? 0.3 : 0.01, slo }));
    const once = [...odd, { dose: 0.2, bad: 0.9, slo }];
    expect(doseOfLevel(odd, { dose, level: "significant", places })?.dose).toBeGreaterThan(0.3);
    expect(doseOfLevel(once, { dose, level: "significant", places })?.dose).toBeLessThan(0.2);
    expect(doseOfLevel(rows, { dose, level: "disabling", places })?.dose).toBeLessThanOrEqual(0.5);
  });

  it("is not known from fewer than three impacts", () => {
    const rows = [0.2, 0.8].map((value) => ({ dose: value, bad: value, slo }));
    expect(doseOfLevel(rows, { dose, level: "significant", places })).toBeUndefined();
  });

  it("is not known where it was reached each time, or never: it may lie beyond what may be tried", () => {
    const latency: Dose = { param: "latency", unit: "ms", mildest: 10, harshest: 60_000, scale: "log" };
    const known = (level: "noticeable" | "disabling", doses: readonly number[], bad: number) =>
      doseOfLevel(
        doses.map((value) => ({ dose: value, bad, slo })),
        { dose: latency, level, places },
      );
    // Never, up to the harshest.
    expect(known("disabling", [100, 500, 2000, 10_000, 30_000, 60_000], 0.05)).toBeUndefined();
    // Never, and nothing harsh was tried.
    expect(known("noticeable", [100, 150, 200], 0)).toBeUndefined();
    // Each time.
    expect(known("noticeable", [100, 150, 200, 300, 500], 0.3)).toBeUndefined();
  });

  it("is never harsher by more than a step than what was tried", () => {
    const at = (place: number, bad: number) => ({ dose: doseAt(dose, place), bad, slo });
    const mild = [0, 0.1, 0.2, 0.3].map((place) => at(place, 0.01));
    // A third of the trials reaches it: half of them would two steps above.
    const some = Array.from({ length: 6 }, () => [at(0.4, 0.4), at(0.4, 0.01), at(0.4, 0.01)]).flat();
    const found = doseOfLevel([...mild, ...some], { dose, level: "significant", places });
    expect(placeOf(dose, found?.dose ?? 0)).toBeCloseTo(0.425, 2);
  });

  it("follows the stack: what was felt of late moves it, what was felt long ago does not count", async () => {
    const { rows, known } = await calibrated("significant", 0.6);
    const grown = await calibrated("significant", 0.2);
    const later = doseOfLevel([...rows, ...grown.rows, ...grown.rows, ...grown.rows], {
      dose,
      level: "significant",
      places,
    });
    expect(later?.dose).toBeGreaterThan((known?.dose ?? 1) * 1.5);
    expect(later?.trials).toBe(30);
    expect(placeOf(dose, later?.dose ?? 2)).toBeLessThanOrEqual(1);
  });
});
