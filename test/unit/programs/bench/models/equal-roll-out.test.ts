import { expect, test } from "vitest";
import { equalFigure } from "../../../../programs/bench/models/equal-roll-out.ts";
import { boundOn } from "../../../../programs/bench/models/row.ts";
import { ROWS } from "../../../../programs/bench/models/rows.ts";

const quiet = { isWrong: false, isSuspected: false };

test("no false roll-back of 50 keeps the goal, and says that up to 5.8 % may be left", () => {
  const figure = equalFigure([...Array.from({ length: 49 }, () => quiet), { isWrong: false, isSuspected: true }]);
  expect(figure).toMatchObject({ isKept: true, reached: "0 of 50, at most 5.8 % with 95 %" });
  expect(figure.what).toContain("1 suspected first");
});

test("one of 50 misses it, with a bound of its own, and so does a row that measured nothing", () => {
  const rounds = [...Array.from({ length: 49 }, () => quiet), { isWrong: true, isSuspected: true }];
  expect(equalFigure(rounds)).toMatchObject({ isKept: false, reached: "1 of 50, at most 9.1 % with 95 %" });
  expect(equalFigure([]).isKept).toBe(false);
});

// By bisection of the binomial sum with exact coefficients (Python 3, math.comb).
test.each([
  [0, 3, 0.631597],
  [0, 50, 0.058155],
  [1, 50, 0.091398],
  [2, 10, 0.506901],
  [10, 10, 1],
])("the bound on %d of %d is the exact one", (seen, n, bound) => {
  expect(boundOn(seen, n)).toBeCloseTo(bound, 5);
});

test("every figure of serving has its row", () => {
  expect(ROWS.map(({ name }) => name)).toEqual([
    "bad roll-out",
    "equal roll-out",
    "hang behind green health",
    "leak recycled",
    "scale-out",
  ]);
});
