// What the history knew of some intents before a run began: bounded, and never a reason to fail.

import { expect, it } from "vitest";
import { writeFile } from "node:fs/promises";
import { appendRows, rowsFileOf } from "../../../src/history/rows-file.ts";
import { rowsBefore } from "../../../src/history/rows-before.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";

const run = { runId: ofNight(100).run, suite: "nightly", startedAt: ofNight(100).started };
const intents = [{ id: "process/replica-kill" }];

it("rows of the named intents come back, of the last 90 days before the run, without its own", async () => {
  await using folder = await historyFolder();
  const rows = [5, 20, 99, 100, 101].map((night) => historyRow(ofNight(night)));
  await appendRows(folder.dir, [...rows, historyRow({ ...ofNight(99), intent: "other/one" })]);
  const { rows: found, baseline, notes } = await rowsBefore(folder.out, run, intents);
  expect(found.map((row) => row.run)).toEqual([ofNight(20).run, ofNight(99).run]);
  expect(baseline.map(({ intent }) => intent)).toEqual(["other/one", "process/replica-kill"]);
  expect(notes).toEqual([]);
});

it("the baseline is the newest earlier run of the same suite, or of any where single intents are run", async () => {
  await using folder = await historyFolder();
  await appendRows(folder.dir, [historyRow(ofNight(90)), historyRow({ ...ofNight(95), suite: "smoke" })]);
  const found = async (suite: string | null) => (await rowsBefore(folder.out, { ...run, suite }, intents)).baseline;
  expect((await found("nightly"))[0]?.run).toBe(ofNight(90).run);
  expect((await found(null))[0]?.run).toBe(ofNight(95).run);
  expect(await found("other")).toEqual([]);
});

it("no history is no trouble, and one that cannot be read is named", async () => {
  await using folder = await historyFolder();
  expect(await rowsBefore(folder.out, run, intents)).toEqual({ rows: [], baseline: [], notes: [] });
  await writeFile(folder.dir, "no folder");
  expect((await rowsBefore(folder.out, run, intents)).rows).toEqual([]);
  await using other = await historyFolder();
  await appendRows(other.dir, [historyRow(ofNight(99))]);
  await writeFile(rowsFileOf(other.dir), "", { flag: "w" });
  expect((await rowsBefore(other.out, run, intents)).rows).toEqual([]);
});
