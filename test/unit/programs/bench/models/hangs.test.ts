import { expect, test } from "vitest";
import { hangBehindGreen, hangFigure, leakFigure, leakRecycled } from "../../../../programs/bench/models/hangs.ts";

test("the figure of a hang is kept by its median alone, and one that was never seen counts as endless", () => {
  expect(hangFigure([2000, 2500, 9000])).toMatchObject({
    reached: expect.stringContaining("median 2.50 s"),
    isKept: true,
  });
  expect(hangFigure([2000, 4100, 9000]).isKept).toBe(false);
  expect(hangFigure([2000, undefined, undefined])).toMatchObject({
    isKept: false,
    what: expect.stringContaining("1 of 3"),
  });
  expect(hangFigure([]).isKept).toBe(false);
});

test("the figure of a leak is missed by one failed question, one leak that was not recycled, or no question at all", () => {
  const well = { isRecycled: true, sent: 500, failed: 0 };
  expect(leakFigure([well, well])).toMatchObject({ reached: "0 of 1000 questions failed", isKept: true });
  expect(leakFigure([well, { ...well, failed: 1 }]).isKept).toBe(false);
  expect(leakFigure([well, { ...well, isRecycled: false }]).isKept).toBe(false);
  expect(leakFigure([{ ...well, sent: 0 }]).isKept).toBe(false);
  expect(leakFigure([]).isKept).toBe(false);
});

test("each row has a name by which it is chosen", () => {
  expect([hangBehindGreen, leakRecycled].map(({ name }) => name)).toEqual([
    "hang behind green health",
    "leak recycled",
  ]);
});
