// Fisher's exact test against R, and against what it must be by itself.

import { expect, it } from "vitest";
import { fisherFewer } from "../../../../src/measure/statistics/fisher.ts";
import { pText } from "../../../../src/measure/statistics/p-text.ts";

it("fewer hits than in the other set have the p of R's fisher.test with alternative less", () => {
  expect(fisherFewer({ hits: 1, of: 4 }, { hits: 3, of: 4 })).toBeCloseTo(17 / 70, 12);
  // The convictions of Fisher's own example, in R's page of fisher.test: p-value = 0.0004652.
  expect(fisherFewer({ hits: 2, of: 17 }, { hits: 10, of: 13 })).toBeCloseTo(0.0004652, 7);
  expect(fisherFewer({ hits: 0, of: 2 }, { hits: 20, of: 20 })).toBeCloseTo(1 / 231, 12);
});

it("as many hits are no evidence, and counts that are no shares are refused", () => {
  expect(fisherFewer({ hits: 5, of: 5 }, { hits: 90, of: 90 })).toBeCloseTo(1, 12);
  expect(fisherFewer({ hits: 0, of: 5 }, { hits: 0, of: 9 })).toBeCloseTo(1, 12);
  expect(() => fisherFewer({ hits: 6, of: 5 }, { hits: 1, of: 2 })).toThrow(RangeError);
});

it("a probability is written with its sign", () => {
  expect([pText(0.0301), pText(0.0004)]).toEqual(["= 0.030", "< 0.001"]);
});
