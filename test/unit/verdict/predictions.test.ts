// What the history makes expect of a trial: from its very plan, as often right as it says, and asked by no verdict.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it, test } from "vitest";
import { planDigest } from "../../../src/core/plan-digest.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { appendRows } from "../../../src/history/rows-file.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import { planSchema } from "../../../src/records/plan.ts";
import { withPredictions } from "../../../src/run/predict-trials.ts";
import { rowsBySeries } from "../../../src/verdict/beliefs/evidence.ts";
import { predictionOf } from "../../../src/verdict/beliefs/predict.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";
import { measureTrial } from "../../builders/measured.ts";
import { samplePlan } from "../../builders/sample-trial.ts";
import { seededTrial } from "../../builders/seeded-story.ts";

const plan = samplePlan("process/replica-kill", "treatment");
const nowMs = Date.parse(ofNight(60).started);
const timed = (ms: number): Partial<HistoryRow> => ({ mttr: { ms, lo: ms, hi: ms } });
const rowOf = (night: number, changes: Partial<HistoryRow> = {}): HistoryRow =>
  historyRow({ ...ofNight(night), target: plan.target, plan: planDigest(plan), ...changes });
const predicted = (rows: readonly HistoryRow[], of = plan): ReturnType<typeof predictionOf> =>
  predictionOf(of, rowsBySeries(rows, nowMs), nowMs);

describe("a prediction", () => {
  it("is of judged trials of the very same plan, and else there is none", () => {
    expect(predicted([])).toBeUndefined();
    expect(
      predicted([rowOf(1, { plan: "0123456789abcdef" }), rowOf(2, { outcome: "invalid", tells: false })]),
    ).toBeUndefined();
    expect(predicted([rowOf(3)])).toMatchObject({ of: 1, pathway: "restart-replica" });
    expect(predicted([rowOf(3)], { ...plan, arm: "ablation" })).toBeUndefined();
    // Another clock's rows are of a time to come.
    expect(predicted([rowOf(60), rowOf(61)])).toBeUndefined();
  });

  it("weighs what is old, and what was of other files, less", () => {
    const [fresh, old] = [59, 59 - 14];
    expect(predicted([rowOf(60 - 14)])?.passes).toBeCloseTo(1.5 / 2.5, 6);
    expect(predicted([rowOf(old, { outcome: "fail" }), rowOf(fresh)])?.passes).toBeGreaterThan(0.5);
    const now = { ...plan, targetFacts: { ...plan.targetFacts, files: "b" } };
    const [same, other] = ["b", "a"].map((files) => predicted([rowOf(60 - 14, { files })], now)?.passes);
    expect(same).toBeCloseTo(1.5 / 2.5, 6);
    expect(other).toBeCloseTo(1.125 / 2.125, 6);
  });

  it("bounds the MTTR by order statistics, and says how many of the times to come lie within", () => {
    const rows = (n: number): HistoryRow[] =>
      Array.from({ length: n }, (_, at) => rowOf(at, { ...timed(1000 * (at + 1)) }));
    expect(predicted(rows(2))?.mttr).toBeUndefined();
    expect(predicted(rows(3))?.mttr).toEqual({ lo: 1000, hi: 3000, share: 0.5 });
    expect(predicted(rows(19))?.mttr).toEqual({ lo: 1000, hi: 19_000, share: 0.9 });
    expect(predicted(rows(39))?.mttr).toEqual({ lo: 2000, hi: 38_000, share: 0.9 });
    const { mttr: _none, ...unrecovered } = rowOf(40, { outcome: "fail" });
    expect(predicted([...rows(2), unrecovered])?.mttr).toEqual({ lo: 1000, share: 0.75 });
    const lost = (n: number): HistoryRow[] => Array.from({ length: n }, () => unrecovered);
    expect(predicted([...rows(7), ...lost(1)])?.mttr).toEqual({ lo: 1000, share: 0.888889 });
    expect(predicted([...rows(8), ...lost(1)])?.mttr).toEqual({ lo: 1000, share: 0.9 });
    expect(predicted([...rows(18), ...lost(1)])?.mttr).toEqual({ lo: 2000, share: 0.9 });
    expect(predicted([...rows(38), ...lost(1)])?.mttr).toEqual({ lo: 2000, hi: 38_000, share: 0.9 });
    expect(predicted([unrecovered, unrecovered, unrecovered])?.mttr).toBeUndefined();
  });

  it("has bounds that hold as many as they say", () => {
    const random = seededRandom(20, "times to come");
    const draw = (): number => Math.exp(8 + 0.4 * (random.next() + random.next() + random.next()));
    const nights = 1500;
    for (const n of [4, 9, 30]) {
      let [within, share] = [0, 0];
      for (let night = 0; night < nights; night += 1) {
        const bounds = predicted(Array.from({ length: n }, (_, at) => rowOf(at, { ...timed(draw()) })))?.mttr;
        const next = draw();
        share = bounds?.share ?? 0;
        within += (bounds?.lo ?? Infinity) <= next && next <= (bounds?.hi ?? 0) ? 1 : 0;
      }
      // Four standard deviations.
      expect(Math.abs(within / nights - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / nights));
    }
  });

  it("has a lower bound alone that holds as many as it says, whichever of the times is the one to come", () => {
    for (const [recovered, lost] of [
      [3, 2],
      [8, 2],
      [17, 13],
    ] as const) {
      const times = Array.from({ length: recovered + lost }, (_, at) => (at < recovered ? 1000 * (at + 1) : Infinity));
      const rowAt = (ms: number, at: number): HistoryRow => {
        const { mttr: _none, ...unrecovered } = rowOf(at, { outcome: "fail" });
        return ms < Infinity ? rowOf(at, timed(ms)) : unrecovered;
      };
      const held = times.map((next, at) => {
        const bounds = predicted(times.toSpliced(at, 1).map(rowAt))?.mttr;
        expect(bounds?.hi).toBeUndefined();
        return { within: (bounds?.lo ?? Infinity) <= next, share: bounds?.share ?? 0 };
      });
      for (const { share } of held)
        expect(share).toBeCloseTo(held.filter(({ within }) => within).length / times.length, 6);
    }
  });
});

test("a verdict is the same with any prediction, and without one", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const record = seededTrial(seed);
    const verdict = judgeTrial(record, measureTrial(record));
    for (const passes of [0.01, 0.99]) {
      const bold = {
        passes,
        of: 100,
        pathway: passes > 0.5 ? "restart-replica" : null,
        mttr: { lo: 1, hi: 2, share: 0.9 },
      };
      const told = { ...record, plan: { ...record.plan, predicted: bold } };
      expect(judgeTrial(told, measureTrial(told))).toEqual(verdict);
      expect(planDigest(told.plan)).toBe(planDigest(record.plan));
    }
  }
});

test("predictions are asked by who scores and shows them, and by no rule, measure or conductor", () => {
  const src = resolve(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(300);
  const asking = files
    .filter((file) => /\bpredicted\b/.test(readFileSync(file, "utf8")))
    .map((file) => relative(src, file));
  expect(asking.toSorted()).toEqual([
    "records/history-row.ts",
    "records/plan.ts",
    "report/history-csv.ts",
    "report/prediction-text.ts",
    "report/templates/trial-page.ts",
    "report/trial-model.ts",
    "run/predict-trials.ts",
    "verdict/beliefs/score-predictions.ts",
    "verdict/history-rows.ts",
  ]);
});

test("plans carry the prediction before anything begins, and are read again with and without one", async () => {
  await using folder = await historyFolder();
  const choice = {
    runId: "r",
    suite: null,
    seed: 1,
    intents: [{ id: plan.intent }],
    targets: [],
    plans: [plan],
  } as never;
  const notes: string[] = [];
  const asked = async (): ReturnType<typeof withPredictions> =>
    withPredictions(choice, folder.out, nowMs, (says) => void notes.push(says));
  expect((await asked()).plans).toEqual([plan]);
  await appendRows(folder.dir, [rowOf(58), rowOf(59), rowOf(61, { outcome: "fail" })]);
  const [first] = (await asked()).plans;
  expect(first?.predicted).toMatchObject({ of: 2, pathway: "restart-replica" });
  expect(notes).toEqual([]);
  for (const each of [plan, first]) expect(planSchema.parse(JSON.parse(JSON.stringify(each)))).toEqual(each);
});
