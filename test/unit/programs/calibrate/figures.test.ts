// The calibration's own arithmetic, with planted errors: a measuring that is off must not come out as calibrated.

import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { compare, truthSchema, type Sample, type WrittenTruth } from "../../../programs/calibrate/compare.ts";
import { breaches, figuresOf, isCovered } from "../../../programs/calibrate/figures.ts";
import { missesOf, tableOf } from "../../../programs/calibrate/table.ts";

const epoch = 9_000_000_000_000n;
const ns = (ms: number): string => String(epoch + BigInt(Math.round(ms * 1e6)));

const truth: WrittenTruth = {
  schemaVersion: 1,
  seed: 7,
  shape: "step",
  slowOverMs: 100,
  t0ByNs: ns(2_001),
  marks: { t1: ns(2_300), t2: ns(2_400), t4: ns(2_500), t5: ns(3_000), t6: ns(3_200), t7: ns(3_300) },
  mayBeUnseen: [],
  recovery: ["healed"],
};

/** Marks as they should be: the truth in the middle of 20 ms. `off` shifts one of them. */
function resultOf(off: Readonly<Record<string, number>> = {}, more: object = {}, outcome = "pass"): TrialResult {
  const marks = Object.fromEntries(
    Object.entries(truth.marks).map(([mark, at]) => {
      const middle = Number(BigInt(at) - epoch) / 1e6 + (off[mark] ?? 0);
      return [mark, { at: middle, lo: middle - 10, hi: middle + 10 }];
    }),
  );
  const t0 = { at: 2_002, lo: 2_000, hi: 2_002 };
  return {
    plan: { load: { slowOverMs: 100 } },
    facts: { marks: { t0, ...marks }, recovery: "healed", relapse: { watchedMs: 0, wantedMs: 0 }, ...more },
    verdict: { outcome, findings: [] },
  } as unknown as TrialResult;
}

const compared = (result: TrialResult, known: WrittenTruth = truth) =>
  compare({ name: "treatment-1", epochNs: String(epoch), result }, known);

function foundOf(results: readonly TrialResult[], known: WrittenTruth = truth, planned = results.length) {
  const comparisons = results.map((result) => compared(result, known));
  const samples = comparisons.flatMap((one) => one.samples);
  return { planned, trials: results.length, samples, wrongs: comparisons.flatMap((one) => one.wrongs) };
}

const wellMeasured = Array.from({ length: 50 }, () => resultOf());

describe("a calibration", () => {
  it("is kept when every truth lies in a narrow interval around it", () => {
    expect(breaches(foundOf(wellMeasured), false)).toEqual([]);
    expect(figuresOf(foundOf(wellMeasured).samples)).toMatchObject({ n: 350, covered: 350, coverage: 1 });
  });

  it("is not kept when one mark in fifty is shifted out of its interval", () => {
    const found = foundOf([...wellMeasured.slice(1), resultOf({ t1: 11 })]);
    expect(breaches(found, false)).toEqual(["t1: the truth lies in 49 of 50 intervals (bound: 99 %)"]);
    expect(missesOf(found.samples, found.wrongs)[0]).toContain("t1: 2300.00 is not in 2301.00 to 2321.00, by -1.00 ms");
  });

  it("is not kept when a mark is off in the mean, although its intervals hold the truth", () => {
    const off = wellMeasured.map(() => resultOf({ t5: 6 }));
    expect(breaches(foundOf(off), false)).toEqual(["t5: 6.0 ms off in the mean (bound: 5 ms)"]);
    expect(breaches(foundOf(off), true)).toEqual([]);
  });

  it("is not kept when the median interval is too wide, except on a loaded machine", () => {
    const { samples, wrongs } = foundOf(wellMeasured);
    const wide = samples.map((sample): Sample => (sample.mark === "t6" ? { ...sample, hi: sample.hi + 30 } : sample));
    const found = { planned: 50, trials: 50, samples: wide, wrongs };
    expect(breaches(found, false)).toEqual(["t6: the median interval is 50.0 ms wide (bound: 45 ms)"]);
    expect(breaches(found, true)).toEqual([]);
  });

  it("is not kept by trials that are not conclusive, nor by none, nor when trials are lost", () => {
    const vague = wellMeasured.map(() => resultOf({ t1: 500 }, {}, "inconclusive"));
    expect(breaches(foundOf(vague), false)).toEqual(["not one trial was conclusive"]);
    expect(breaches(foundOf([]), false)).toEqual(["not one trial was conclusive"]);
    expect(breaches(foundOf(wellMeasured, truth, 51), false)).toEqual(["50 of 51 trials left a record and a truth"]);
    // They are told beside the others, and hold nobody to anything.
    expect(breaches(foundOf([...wellMeasured, ...vague]), false)).toEqual([]);
    expect(tableOf(foundOf([...wellMeasured, ...vague]).samples)).toContain("350 of 350 (100.00 %) intervals of concl");
  });
});

describe("what a trial says", () => {
  const wrongsOf = (result: TrialResult, known: WrittenTruth): string[] =>
    compared(result, known).wrongs.map(({ says }) => says);

  it("is wrong where a mark never happened, even once", () => {
    const { t5: _t5, t6: _t6, t7: _t7, ...marks } = truth.marks;
    const never: WrittenTruth = { ...truth, shape: "never", marks, recovery: ["not-recovered"] };
    const says = wrongsOf(resultOf(), never);
    expect(says.map((line) => line.slice(0, 2))).toEqual(["t5", "t6", "t7", '"h']);
    expect(breaches(foundOf([...wellMeasured, resultOf()], never), false).length).toBeGreaterThan(0);
  });

  it("is wrong where a mark or a relapse is missing, unless it may go unseen", () => {
    const relapsed: WrittenTruth = { ...truth, relapse: ns(7_000) };
    expect(wrongsOf(resultOf(), relapsed)).toEqual(["no relapse, which happened at 7000.0 ms"]);
    const blind = resultOf({}, { marks: {}, recovery: "not-disturbed" });
    const short: WrittenTruth = {
      ...truth,
      marks: { t1: ns(2_300) },
      mayBeUnseen: ["t1"],
      recovery: ["healed", "not-disturbed"],
    };
    expect(wrongsOf(blind, short)).toEqual(["no t0, which happened at 2001.0 ms"]);
    expect(wrongsOf(blind, { ...short, mayBeUnseen: [] })).toContain("no t1, which happened at 2300.0 ms");
  });

  it("is wrong where a detection ahead of the users is not a negative span", () => {
    const ahead: WrittenTruth = { ...truth, marks: { ...truth.marks, t2: ns(2_100) } };
    const said = (lo: number, hi: number) => resultOf({}, { detectionAfterImpact: { ms: 0, lo, hi, formula: "" } });
    expect(wrongsOf(said(-210, -190), ahead)).toEqual([]);
    expect(wrongsOf(said(80, 120), ahead)).toEqual(["t2 − t1 is -200.0 ms and not in 80.0 to 120.0 ms"]);
  });

  it("is held to a truth that is only known to a fraction of a ms no more sharply than that", () => {
    const [, t1] = compared(resultOf({ t1: 10.4 }), { ...truth, blurMs: { t1: 0.5 } }).samples;
    expect(t1 && [isCovered(t1), isCovered({ ...t1, blurMs: 0.3 })]).toEqual([true, false]);
  });

  it("of a ramp allows for what a request that was decided in time was on its way, and no more", () => {
    const slowed = [
      { trace: "a", decidedNs: ns(2_190), addedMs: 96 },
      { trace: "b", decidedNs: ns(2_196), addedMs: 98 },
      { trace: "c", decidedNs: ns(2_206), addedMs: 103 },
      { trace: "d", decidedNs: ns(2_903), addedMs: 99 },
    ];
    const ramp: WrittenTruth = { ...truth, crossings: [ns(2_200), ns(2_900)], slowed, blurMs: { t1: 1, t5: 1, t6: 1 } };
    const blursBy = (ways: Readonly<Record<string, number>>) => {
      const journeys = new Map(
        slowed.map(({ trace, decidedNs, addedMs }) => {
          const intended = Number(BigInt(decidedNs) - epoch) / 1e6 - 0.5;
          return [trace, { intended, done: intended + addedMs + (ways[trace] ?? 1) }];
        }),
      );
      const { samples } = compare({ name: "t", epochNs: String(epoch), result: resultOf(), journeys }, ramp);
      return ["t1", "t5", "t6"].map((mark) => samples.find((sample) => sample.mark === mark)?.blurMs);
    };
    expect(blursBy({})).toEqual([1, 1, 1]);
    expect(blursBy({ a: 5, c: 50 })).toEqual([10.5, 1, 1]);
    expect(blursBy({ b: 2.5, d: 1.5 })).toEqual([4.5, 3, 3]);
    expect(() => compare({ name: "t", epochNs: String(epoch), result: resultOf(), journeys: new Map() }, ramp)).toThrow(
      "known by its trace",
    );
  });

  it("is held to the intent's own slow_over", () => {
    expect(wrongsOf(resultOf(), { ...truth, slowOverMs: 80 })[0]).toContain("slow_over is 100 ms in the plan and 80");
  });

  it("of t0 is only bound from below: the end of the trigger was seen after it took effect", () => {
    const [t0] = compared(resultOf()).samples;
    expect(t0).toMatchObject({ mark: "t0", truth: 2_001 });
    expect(t0 && [isCovered({ ...t0, hi: 2_000.5 }), isCovered({ ...t0, lo: 2_001.5 })]).toEqual([true, false]);
  });
});

it("refuses a truth that is not as the oracle writes it", () => {
  expect(truthSchema.safeParse(truth).success).toBe(true);
  expect(truthSchema.safeParse({ ...truth, t1: 3 }).success).toBe(false);
});
