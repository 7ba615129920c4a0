// What the figures of `npm run bench:retrieval` are kept by, and what they are missed by.
import { expect, test } from "vitest";
import { batchOf } from "../../../../programs/bench/retrieval/busy-store.ts";
import { alarmFigure, mostPerHour } from "../../../../programs/bench/retrieval/false-alarms.ts";
import { rebuildFigure } from "../../../../programs/bench/retrieval/rebuild-from-records.ts";
import { restoreFigure } from "../../../../programs/bench/retrieval/restore-from-peer.ts";
import { ROWS } from "../../../../programs/bench/retrieval/rows.ts";
import { searchesFigure } from "../../../../programs/bench/retrieval/searches.ts";
import { DAMAGES, damageFigure, damageSeenAfter } from "../../../../programs/bench/retrieval/silent-damage.ts";
import { processorFigure, watchingFigure } from "../../../../programs/bench/retrieval/watching.ts";

const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

test("every figure of retrieval has its row", () => {
  expect(ROWS.map(({ name }) => name)).toEqual([
    "silent damage",
    "restore from a peer",
    "rebuild from records",
    "watching",
    "false alarms",
  ]);
});

test("a damage was seen when its own incident was, and not when something else of that replica was seen meanwhile", () => {
  const event = (at: number, type: string, incident: string, more: object = {}) => ({
    at,
    type,
    incident,
    scope: { service: "vector", replica: "vector-2" },
    reasons: ["self-retrieval-low: …"],
    ...more,
  });
  const slow = [event(1000, "detected", "a"), event(1100, "classified", "a", { class: "replica-slow" })];
  const damaged = [event(1200, "detected", "b"), event(1300, "classified", "b", { class: "index-damaged" })];
  expect(damageSeenAfter(slow, "vector-2", 500).ms).toBeUndefined();
  expect(damageSeenAfter([...slow, ...damaged], "vector-2", 500)).toEqual({ ms: 700, byHash: false });
  expect(damageSeenAfter(damaged, "vector-1", 500).ms).toBeUndefined();
  expect(damageSeenAfter(damaged, "vector-2", 1250).ms).toBeUndefined();
  const byHash = damaged.map((one) => ({ ...one, reasons: ["index-hash-differs: …"] }));
  expect(damageSeenAfter(byHash, "vector-2", 500).byHash).toBe(true);
});

test("5 % has to be seen within 3 s and 1 % within 15 s, by the upper end of the median's interval", () => {
  const [five, one] = DAMAGES;
  const seen = (ms: number | undefined) => ({ ms, byHash: false });
  expect(damageFigure(five, times(12, seen(2000)))).toMatchObject({
    what: "silent damage of 5 % of rows, seen, 12 of 12",
    isKept: true,
  });
  expect(damageFigure(five, [...times(9, seen(2000)), ...times(3, seen(3100))]).isKept).toBe(false);
  expect(damageFigure(one, [...times(9, seen(2000)), ...times(3, seen(14_000))]).isKept).toBe(true);
  expect(damageFigure(one, [...times(9, seen(2000)), ...times(3, seen(undefined))]).isKept).toBe(false);
});

test("rounds that the file's hash gave away are not counted, so that eleven others are too few", () => {
  const [five] = DAMAGES;
  const told = { ms: 400, byHash: true };
  const figure = damageFigure(five, [...times(11, { ms: 2000, byHash: false }), told]);
  expect(figure).toMatchObject({ what: "silent damage of 5 % of rows, seen, 11 of 11", isKept: false });
});

test("a restore has to be over within 2 s, and one after which rows are still lost counts as endless", () => {
  expect(restoreFigure(times(12, 1500)).isKept).toBe(true);
  expect(restoreFigure([...times(9, 1500), ...times(3, 2100)]).isKept).toBe(false);
  expect(restoreFigure([...times(9, 1500), ...times(3, undefined)]).isKept).toBe(false);
  expect(restoreFigure(times(11, 1500)).isKept).toBe(false);
});

test("the slowest rebuild has to be over within 30 s, and none at all keeps nothing", () => {
  expect(rebuildFigure([29_000, 30_000])).toMatchObject({ reached: "30.00 s", isKept: true });
  expect(rebuildFigure([29_000, 30_100])).toMatchObject({ reached: "30.10 s", isKept: false });
  expect(rebuildFigure([29_000, undefined])).toMatchObject({ reached: "∞", isKept: false });
  expect(rebuildFigure([])).toMatchObject({ reached: "not seen", isKept: false });
});

test("one search without an answer misses the goal, with a bound of its own, and so does a prober that asked nothing", () => {
  const calm = { asked: 25, unanswered: 0, slowestMs: 80 };
  expect(searchesFigure("it", [calm, { ...calm, slowestMs: 900 }])).toMatchObject({
    reached: "0 of 50, at most 5.82 % with 95 %, the slowest took 0.90 s",
    isKept: true,
  });
  const one = searchesFigure("it", [calm, { ...calm, unanswered: 1 }]);
  expect(one).toMatchObject({ isKept: false, reached: expect.stringContaining("1 of 50, at most 9.14 %") as string });
  expect(searchesFigure("it", []).isKept).toBe(false);
});

test("watching is missed by 6 % of the throughput, by few rounds, by a failed search and by a healer that acted", () => {
  const none = { failed: 0, acted: 0 };
  expect(watchingFigure(times(12, { on: 970, off: 1000 }), none).isKept).toBe(true);
  expect(watchingFigure(times(12, { on: 940, off: 1000 }), none).isKept).toBe(false);
  expect(watchingFigure(times(5, { on: 970, off: 1000 }), none).isKept).toBe(false);
  expect(watchingFigure(times(12, { on: 970, off: 1000 }), { ...none, failed: 1 }).isKept).toBe(false);
  expect(watchingFigure(times(12, { on: 970, off: 1000 }), { ...none, acted: 1 }).isKept).toBe(false);
});

test("watching is missed by more than a twentieth of all processors, and by few rounds", () => {
  expect(processorFigure(times(12, { on: 130, off: 40 }), 2)).toMatchObject({
    reached: "90 (n = 12, 96.1 % interval 90 to 90), 4.5 % of 2 processors",
    goal: "the interval's upper end at 100, 5.0 %, or below",
    isKept: true,
  });
  expect(processorFigure([...times(9, { on: 130, off: 40 }), ...times(3, { on: 150, off: 40 })], 2).isKept).toBe(false);
  expect(processorFigure(times(12, { on: 130, off: 40 }), 1).isKept).toBe(false);
  expect(processorFigure(times(5, { on: 130, off: 40 }), 2).isKept).toBe(false);
  expect(processorFigure([], 2).isKept).toBe(false);
});

const busy = {
  published: 130,
  deadLetters: 0,
  removed: 400,
  documents: 60,
  refused: 0,
  reindexed: 12,
  compacted: null,
};

test("a quiet watch of a busy store keeps the goal, and says how many an hour may be left", () => {
  expect(alarmFigure({ alarms: 0, minutes: 2, done: busy })).toMatchObject({
    reached: "0, at most 89.9 an hour with 95 %",
    isKept: true,
  });
  const hour = { ...busy, published: 3600, compacted: 40 };
  expect(alarmFigure({ alarms: 0, minutes: 60, done: hour })).toMatchObject({
    reached: "0, at most 3.0 an hour with 95 %",
    isKept: true,
  });
});

test.each([
  ["one alarm", 1, {}],
  ["too few batches", 0, { published: 59 }],
  ["nothing deleted", 0, { removed: 0 }],
  ["all documents of users refused", 0, { refused: 60 }],
  ["no re-index", 0, { reindexed: 0 }],
  ["a batch on the shelf", 0, { deadLetters: 1 }],
  ["a compaction that there is and never came", 0, { compacted: 0 }],
])("a watch with %s does not keep the goal", (_what, alarms, more) => {
  expect(alarmFigure({ alarms, minutes: 2, done: { ...busy, ...more } }).isKept).toBe(false);
});

// Half of the 95 % quantile of chi-squared with 2 (k + 1) degrees of freedom, of any table.
test.each([
  [0, 2.9957],
  [1, 4.7439],
  [3, 7.7537],
  [10, 16.962],
])("the bound of %d alarms in an hour is the exact one", (seen, bound) => {
  expect(mostPerHour(seen, 1)).toBeCloseTo(bound, 3);
});

test("a batch brings new documents, writes those of two batches ago again and deletes those of five ago", () => {
  const records = batchOf(7, (place) => `Words ${place}.`)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly id: string; readonly version: number; readonly text: string });
  expect(
    records.filter(({ id }) => id.endsWith(".0")).map(({ id, version, text }) => [id, version, text === ""]),
  ).toEqual([
    ["bench.7.0", 1, false],
    ["bench.5.0", 2, false],
    ["bench.2.0", 3, true],
  ]);
  expect(new Set(records.map(({ text }) => text)).size).toBe(2 * 4 + 1);
});
