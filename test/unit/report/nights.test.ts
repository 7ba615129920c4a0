// Tonight's times beside those of earlier nights: where it lies for sure, and what never came to pass.

import { expect, test } from "vitest";
import { nightsOf } from "../../../src/report/nights.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";
import { renderPages } from "../../builders/rendered-page.ts";
import { passingRun } from "../../builders/sample-run.ts";

const { run, records } = passingRun();
const trial = run.intents[0]?.trials[0];
if (trial === undefined) throw new Error("the sample has no trial");

/** MTTR of six nights, ms; tonight's is 6.08 s (5.6–6.6). */
const past = [2000, 3000, 6000, 6200, 9000, 9500].map((ms, night) =>
  historyRow({ ...ofNight(night), mttr: { ms, lo: ms - 100, hi: ms + 100 } }),
);

test("an interval that overlaps with tonight's is not told from it, and what never recovered took longer", () => {
  const { mttr: _mttr, ...rest } = historyRow(ofNight(6));
  const [mttd, mttr] = nightsOf(trial, [...past, rest], "here");
  expect(mttd?.name).toBe("MTTD");
  expect(mttr?.says).toMatch(/^Before: 7 earlier trials in 7 runs, median 6\.2 s .*; 1 of them did not recover\./);
  expect(mttr?.says).toContain("Tonight is longer than 2, shorter than 3, not to be told from 2 of them.");
  expect(mttr?.figure).toMatchObject({ text: "6.1 s (5.5–6.7)", path: "here.facts.mttr" });
});

test("every earlier trial is a line on the axis, in order of time, and tonight's a band around its figure", () => {
  const strip = nightsOf(trial, past, "here")[1]?.strips[0];
  const xs = strip?.past.map(({ x }) => x) ?? [];
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  expect(xs).toHaveLength(6);
  expect(strip?.past.map(({ age }) => age)).toEqual(["old", "old", "old", "old", "old", "new"]);
  const { x = 0, from = 0, width = 0 } = strip?.tonight ?? {};
  expect(from < x && x < from + width).toBe(true);
  expect(xs[1] ?? 0).toBeLessThan(from);
  expect(xs[4] ?? 0).toBeGreaterThan(from + width);
});

test("a night without recovery says so, and a trial without a past says nothing", async () => {
  const { mttr: _mttr, ...facts } = trial.facts;
  expect(nightsOf({ ...trial, facts }, past, "here")[1]?.says).toMatch(
    /^Tonight it did not recover\. Before: 6 earlier/,
  );
  expect(nightsOf(trial, [], "here")).toEqual([]);
  expect([...(await renderPages(run, records)).values()].join("")).not.toContain('id="nights"');
  const pages = await renderPages(run, records, ({ arm }) => (arm === "treatment" ? past : []));
  expect(pages.get("trials/process/replica-kill/treatment-1/trial.html")).toContain('id="nights"');
});
