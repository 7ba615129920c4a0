// The gate over the error rate of `rebound compare`: what it lets through by luck is said.

import { expect, test } from "vitest";
import { clopperPearson } from "../../../src/measure/statistics/clopper-pearson.ts";
import { mostWrong } from "../../../src/verdict/compare-rows.ts";
import { isKept, seenFrom } from "../../programs/calibrate-compare/figures.ts";

test("the share from which on a broken bound is found shrinks with the pairs, to the bound itself", () => {
  const shares = [100, 500, 2000, 5000].map((pairs) => seenFrom(pairs, mostWrong));
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(shares.map((share) => share.toFixed(3))).toEqual(["0.115", "0.058", "0.039", "0.034"]);
});

test("with 500 pairs 4 % pass and 4.2 % do not, as the page of calibrations says", () => {
  expect([20, 21].map((hits) => isKept(clopperPearson(hits, 500, 0.95), mostWrong))).toEqual([true, false]);
});
