import { describe, expect, it } from "vitest";
import { searchDose, type Tried } from "../../../../src/run/sweep/search-dose.ts";

const places = Array.from({ length: 41 }, (_, index) => index / 40);

async function search(answer: (place: number, trial: number) => Tried, most = 12) {
  const tried: number[] = [];
  const searched = await searchDose({
    places,
    most,
    tryAt(place) {
      tried.push(place);
      return Promise.resolve(answer(place, tried.length));
    },
  });
  return { ...searched, tried };
}

describe("a search", () => {
  it("tries nothing harsher than what was disabling, and says that it may break beyond", async () => {
    const { tried, ceiling, estimate } = await search((place) => ({ broke: false, caps: place >= 0.4 }));
    const first = tried.findIndex((place) => place >= 0.4);
    expect(first).toBeGreaterThan(0);
    expect(Math.max(...tried.slice(first))).toBeLessThanOrEqual(tried[first] ?? 0);
    expect(ceiling).toBeGreaterThanOrEqual(0.4);
    expect(estimate.hi).toBe(Infinity);
  });

  it("ends after three trials in a row that tell nothing, and makes up no answer", async () => {
    const { tried, told, ended, estimate } = await search(() => ({ broke: undefined, caps: false }));
    expect([tried.length, told]).toEqual([3, 0]);
    expect(ended).toContain("3 trials in a row");
    expect(estimate).toMatchObject({ lo: -Infinity, hi: Infinity });
  });

  it("ends at once where a trial says so", async () => {
    const { tried, ended } = await search((_, trial) => ({
      broke: undefined,
      caps: false,
      ...(trial === 2 && { ends: "a trial left something behind" }),
    }));
    expect(tried.length).toBe(2);
    expect(ended).toBe("a trial left something behind");
  });

  it("makes no more trials than there may be, and ends early once the interval is narrow", async () => {
    const few = await search((place) => ({ broke: place > 0.5, caps: false }), 4);
    expect(few.tried.length).toBe(4);
    const many = await search((place) => ({ broke: place > 0.5, caps: false }), 100);
    expect(many.tried.length).toBeLessThan(60);
    expect(many.estimate.hi - many.estimate.lo).toBeLessThanOrEqual(0.05 + 1e-9);
  });

  it("begins none where it may not", async () => {
    const searched = await searchDose({
      places,
      most: 5,
      mayNot: () => "the time for it is over",
      tryAt: () => Promise.reject(new Error("tried")),
    });
    expect(searched).toMatchObject({ told: 0, ended: "the time for it is over" });
  });
});
