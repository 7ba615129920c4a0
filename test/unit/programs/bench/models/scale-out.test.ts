// From a surge to full service: what counts, and what the figure comes to.
import { expect, it } from "vitest";
import { fullServiceAfter, scaleOut, scaleOutFigure } from "../../../../programs/bench/models/scale-out.ts";

/** A question each 100 ms from `from` on, answered in the times given. */
const asked = (from: number, times: readonly (number | undefined)[]) =>
  times.map((ms, n) => ({ at: from + 100 * n, ms }));

const quick = (count: number): readonly number[] => Array.from({ length: count }, () => 150);

it("full service begins with the end of the last late answer before all were in time for 3 s", () => {
  const times = [...quick(10), ...Array.from({ length: 20 }, () => 900), ...quick(40)];
  expect(fullServiceAfter(asked(5000, times), 5000)).toBe(2900 + 900);
});

it("a moment in time between late answers is none, and neither is what came before the surge", () => {
  const times = [900, ...quick(20), 700, ...quick(5), 800, ...quick(40)];
  expect(fullServiceAfter(asked(5000, times), 5000)).toBe(2700 + 800);
  expect(fullServiceAfter([...asked(0, [900]), ...asked(5000, quick(60))], 5000)).toBeUndefined();
});

it("is not reached where answers stay late, and not claimed where none was late", () => {
  expect(
    fullServiceAfter(
      asked(
        0,
        Array.from({ length: 60 }, () => 2000),
      ),
      0,
    ),
  ).toBeUndefined();
  expect(fullServiceAfter(asked(0, quick(60)), 0)).toBeUndefined();
});

it("is not reached where answers are late again after a calm, nor before who was lost has waited in vain", () => {
  const calmBetween = [900, ...quick(40), ...Array.from({ length: 40 }, () => 900)];
  expect(fullServiceAfter(asked(5000, calmBetween), 5000)).toBeUndefined();
  expect(fullServiceAfter(asked(5000, [900, ...quick(40), 900, ...quick(40)]), 5000)).toBe(4100 + 900);
  const lost = [...Array.from({ length: 10 }, () => undefined), ...quick(100)];
  expect(fullServiceAfter(asked(5000, lost), 5000)).toBe(900 + 15_000);
});

it("keeps its goal by the upper end of the median's interval, and a surge that was never served counts as endless", () => {
  const twelve = (...last: readonly (number | undefined)[]) => [
    ...Array.from({ length: 12 - last.length }, () => 4000),
    ...last,
  ];
  expect(scaleOut.name).toBe("scale-out");
  expect(scaleOutFigure(twelve())).toMatchObject({ isKept: true, what: "surge × 2, full service, 12 of 12" });
  expect(scaleOutFigure(twelve(undefined, undefined)).isKept).toBe(true);
  // The tenth of twelve is the upper end; the median itself is 4 s yet.
  expect(scaleOutFigure(twelve(7000, 7000, 7000)).isKept).toBe(false);
  expect(scaleOutFigure(twelve(undefined, undefined, undefined)).isKept).toBe(false);
});

it("says nothing at the median of fewer than twelve rounds", () => {
  const few = scaleOutFigure(Array.from({ length: 11 }, () => 4000));
  expect(few.isKept).toBe(false);
  expect(few.reached).toContain("too few for the median, which needs 12");
});
