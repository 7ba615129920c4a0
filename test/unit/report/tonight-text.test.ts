// A night in words: why each intent is in, what is out and why, and what was expected before.

import { expect, test } from "vitest";
import { nightLines } from "../../../src/report/tonight-text.ts";
import { chooseNight } from "../../../src/verdict/beliefs/tonight.ts";
import { scorePredictions } from "../../../src/verdict/beliefs/score-predictions.ts";
import { historyRow } from "../../builders/history-rows.ts";
import { nightOf } from "../../builders/nights.ts";

test("each intent has its ground, its reason and what is expected, and what is out has its own", () => {
  const went = [1, 2, 3].map((night) => ({ night, mttr: { ms: 4000 + 500 * night, lo: 4000, hi: 6000 } }));
  const night = chooseNight(
    nightOf(
      [
        { id: "a/kill", estimateMs: 30_000, went },
        { id: "b/new", pathway: "", estimateMs: 20_000 },
        { id: "c/long", estimateMs: 4_000_000 },
      ],
      { budgetMs: 45_000, nights: 4 },
    ),
  );
  const text = nightLines(night, {
    rows: 3,
    cannot: ["1 intent on docker (no engine): d/box"],
    score: undefined,
    command: "rebound run x",
  });
  expect(text.slice(0, 5)).toEqual([
    "tonight: 1 of 3 intents with 1 trial, about 20s of 45s; by 3 trials of the last 90 days",
    "",
    "1. b/new (untried; about 20s, 0.28 bits)",
    "   because: never tried",
    "   expected: no prediction",
  ]);
  expect(text.slice(5)).toEqual([
    "",
    "left out: c/long (untried; about 66m 40s, 0.28 bits, by restart-replica): longer than the whole budget; never tried",
    expect.stringMatching(
      /^left out: a\/kill \(known; about 30s, 0\.\d\d bits, by restart-replica\): 25s were left when its turn came; expected to pass in \d\d\.?\d? %; judged in its last run, .*, 1 day ago$/,
    ),
    "cannot run here: 1 intent on docker (no engine): d/box",
    "",
    "predictions of the last 90 days: no judged trial had a prediction",
    "run it: rebound run x",
  ]);
  const all = chooseNight(nightOf([{ id: "a/kill", went }], { budgetMs: 100_000, nights: 4 }));
  expect(nightLines(all, { rows: 3, cannot: [], score: undefined, command: "" }).join("\n")).toMatch(
    /expected: passes in \d\d\.?\d? % \(3 trials\), by restart-replica, MTTR 4\.5 to 5\.5 s \(in 50 %\)/,
  );
});

test("predictions are scored by what came of judged trials alone", () => {
  const predicted = { passes: 0.8, of: 4, pathway: "restart-replica", mttr: { lo: 5000, hi: 7000, share: 0.6 } };
  const rows = [
    historyRow({ predicted }),
    historyRow({ predicted, mttr: { ms: 8000, lo: 7900, hi: 8100 }, pathway: "scale-out" }),
    historyRow({ predicted, outcome: "fail", recovery: "none" as never, tells: false }),
    historyRow({ predicted, outcome: "inconclusive", tells: false }),
    historyRow(),
    // Nobody repairs there: that nobody was foreseen is no merit.
    historyRow({ predicted: { ...predicted, pathway: null }, arm: "ablation", pathway: null }),
    historyRow({ predicted: { ...predicted, pathway: null }, arm: "placebo", pathway: null }),
  ];
  const score = scorePredictions(rows);
  expect(score).toMatchObject({ trials: 5, pathway: { right: 1, of: 2 }, mttr: { within: 3, of: 4 } });
  expect(score?.brier).toBeCloseTo((4 * 0.04 + 0.64) / 5, 12);
  expect(score?.ofBaseRate).toBeCloseTo(4 / 25, 12);
  expect(score?.mttr.expected).toBeCloseTo(2.4, 12);
  expect(scorePredictions([historyRow()])).toBeUndefined();
  const open = { ...predicted, mttr: { lo: 5000, share: 0.5 } };
  const { mttr: _mttr, ...never } = historyRow({ predicted: open, outcome: "fail" });
  expect(scorePredictions([never])?.mttr).toEqual({ within: 1, of: 1, expected: 0.5 });
  const { mttr: _other, ...beyond } = historyRow({ predicted, outcome: "fail" });
  expect(scorePredictions([beyond])?.mttr).toEqual({ within: 0, of: 1, expected: 0.6 });
});
