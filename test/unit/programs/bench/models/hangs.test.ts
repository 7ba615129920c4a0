import { expect, test } from "vitest";
import {
  hangBehindGreen,
  hangFigure,
  hangSeenAfter,
  leakFigure,
  leakRecycled,
  wasRecycled,
} from "../../../../programs/bench/models/hangs.ts";

test("the figure of a hang is kept by the upper end of its median, and one that was never seen counts as endless", () => {
  const ten = Array.from({ length: 10 }, () => 2500);
  expect(hangFigure([...ten, 9000, undefined])).toMatchObject({
    what: "hang behind green health, seen, 11 of 12",
    isKept: true,
  });
  expect(hangFigure([...ten.slice(1), 4100, 9000, undefined]).isKept).toBe(false);
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

/** Events of inference-2, 100 ms apart from 1000 on. */
const feed = (...rows: readonly { type: string; incident: string; class?: string; pathway?: string }[]) =>
  rows.map((row, n) => ({ at: 1000 + 100 * n, scope: { replica: "inference-2" }, reasons: [], ...row }));

test("a hang was seen when its own incident was, and not when the replica was found slow or dead meanwhile", () => {
  const slow = [
    { type: "detected", incident: "a" },
    { type: "classified", incident: "a", class: "replica-slow" },
    { type: "closed", incident: "a" },
  ];
  const hung = [
    { type: "detected", incident: "b" },
    { type: "classified", incident: "b", class: "replica-hung" },
  ];
  expect(hangSeenAfter(feed(...slow), 500)).toBeUndefined();
  expect(hangSeenAfter(feed(...slow, ...hung), 500)).toBe(800);
  expect(hangSeenAfter(feed(...hung), 1050)).toBeUndefined();
  const elsewhere = feed(...hung).map((event) => ({ ...event, scope: { replica: "inference-1" } }));
  expect(hangSeenAfter(elsewhere, 500)).toBeUndefined();
});

test("a leak was recycled by the action of that name alone, and once its incident was closed", () => {
  const acted = (pathway: string) => [
    { type: "detected", incident: "a" },
    { type: "action.started", incident: "a", pathway },
    { type: "closed", incident: "a" },
  ];
  expect(wasRecycled(feed(...acted("recycle-before-exhaustion")), 500)).toBe(true);
  expect(wasRecycled(feed(...acted("restart-replica")), 500)).toBe(false);
  expect(
    wasRecycled(feed(...acted("recycle-before-exhaustion").slice(0, 2), { type: "closed", incident: "b" }), 500),
  ).toBe(false);
});
