import { describe, expect, it } from "vitest";
import type { NabFile } from "../../../../programs/bench/detect/nab-data.ts";
import { fitThreshold, judge, normalised, probationOf, rawAt } from "../../../../programs/bench/detect/nab-score.ts";
import { delaysAt } from "../../../../programs/bench/detect/run.ts";

const standard = { tp: 1, fp: 0.11, fn: 1 };
const lowFalseNegatives = { tp: 1, fp: 0.11, fn: 2 };

function fileOf(rows: number, windows: NabFile["windows"], name = "a/one.csv"): NabFile {
  const times = Float64Array.from({ length: rows }, (_, i) => i * 300);
  return { name, folder: name.split("/")[0] ?? "", times, values: new Float64Array(rows), windows };
}

function detections(file: NabFile, rows: readonly number[]): { file: NabFile; scores: Float64Array } {
  const scores = new Float64Array(file.values.length);
  for (const row of rows) scores[row] = 1;
  return { file, scores };
}

const raw = (file: NabFile, rows: readonly number[], profile = standard) => rawAt([detections(file, rows)], 1, profile);

describe("the score of NAB", () => {
  const file = fileOf(1000, [[400, 499]]);
  // Lavin and Ahmad 2015: 0.98661 at the left edge of a window, 0.84828 in its middle, 0 at its right edge; the first
  // is what a true positive is measured by.
  it("gives a full point at a window's first row, 0.848 / 0.987 in its middle, next to nothing at its last", () => {
    expect(raw(file, [400])).toBeCloseTo(1, 10);
    expect(raw(file, [450])).toBeCloseTo(0.848_28 / 0.986_61, 4);
    expect(raw(file, [499])).toBeCloseTo((2 / (1 + Math.exp(-0.05)) - 1) / 0.986_61, 4);
  });

  it("counts the earliest detection of a window alone", () => {
    expect(raw(file, [450, 451, 499])).toBe(raw(file, [450]));
  });

  it("costs 0.11 for each detection far from a window, less just behind one, and a whole point for a window missed", () => {
    expect(raw(file, [])).toBe(-1);
    expect(raw(file, [], lowFalseNegatives)).toBe(-2);
    expect(raw(file, [400, 300]) - 1).toBeCloseTo(-0.11, 10);
    // One window's width behind: −0.98661; at its edge nearly nothing.
    expect(raw(file, [400, 598]) - 1).toBeCloseTo(-0.11 * 0.986_61, 5);
    expect(raw(file, [400, 500]) - 1).toBeGreaterThan(-0.11 * 0.03);
    expect(raw(file, [400, 900]) - 1).toBeCloseTo(-0.11, 10);
  });

  it("does not count the first 15 % of a file, at most 750 rows", () => {
    expect(probationOf(1000)).toBe(150);
    expect(probationOf(22_695)).toBe(750);
    expect(raw(file, [100, 149, 400])).toBeCloseTo(1, 10);
    expect(raw(file, [150, 400])).toBeCloseTo(1 - 0.11, 10);
  });

  it("is 0 for nothing and 100 for all, and 70.1 for the raw score that NAB publishes for HTM over its 116 windows", () => {
    const files = [
      fileOf(
        1000,
        Array.from({ length: 116 }, (_, i) => [200 + 5 * i, 203 + 5 * i] as const),
      ),
    ];
    expect(normalised(rawAt([detections(files[0] ?? file, [])], 1, standard), files, standard)).toBe(0);
    const all = files[0]?.windows.map(([from]) => from) ?? [];
    expect(normalised(rawAt([detections(files[0] ?? file, all)], 1, standard), files, standard)).toBeCloseTo(100, 10);
    expect(normalised(46.634_450_197_137_596, files, standard)).toBeCloseTo(70.1, 1);
    expect(normalised(46.167_000_006_791_156, files, standard)).toBeCloseTo(69.9, 1);
    expect(normalised(26.634_450_197_137_568, files, lowFalseNegatives)).toBeCloseTo(74.3, 1);
  });
});

describe("the threshold", () => {
  const file = fileOf(1000, [[400, 499]]);
  const scores = new Float64Array(1000);
  scores[300] = 0.9;
  scores[410] = 0.8;
  for (let row = 600; row < 990; row += 1) scores[row] = 0.5;

  it("is the one with the highest score, and no score is above that of its own fit", () => {
    const fit = fitThreshold([{ file, scores }], standard);
    expect(fit.threshold).toBe(0.8);
    expect(fit.raw).toBeCloseTo(rawAt([{ file, scores }], 0.8, standard), 10);
    for (const other of [0.4, 0.85, 0.95]) expect(rawAt([{ file, scores }], other, standard)).toBeLessThan(fit.raw);
  });

  it("detects nothing where that is best", () => {
    const noise = { file: fileOf(1000, []), scores };
    expect(fitThreshold([noise], standard)).toEqual({ threshold: Infinity, raw: 0 });
  });

  it("of a folder that is held out comes from the others alone", () => {
    const other = fileOf(1000, [[400, 499]], "b/two.csv");
    const high = new Float64Array(1000);
    high[400] = 0.7;
    const results = judge(
      [
        { file, scores },
        { file: other, scores: high },
      ],
      standard,
    );
    const byFolder = new Map(results.heldOut.map((one) => [one.folder, one.score]));
    // At 0.7, fitted on b, a is seen; at 0.8, fitted on a, b is missed.
    expect(byFolder.get("a")).toBeGreaterThan(80);
    expect(byFolder.get("b")).toBe(0);
    expect(results.heldOutMean).toBeCloseTo(((byFolder.get("a") ?? 0) + 0) / 2, 10);
  });

  it("tells how late each window was seen, and what was seen outside", () => {
    const { windows, seen, falseAlarms, delays } = delaysAt([{ file, scores }], 0.8);
    expect({ windows, seen, falseAlarms, delays }).toEqual({ windows: 1, seen: 1, falseAlarms: 1, delays: [10] });
  });
});
