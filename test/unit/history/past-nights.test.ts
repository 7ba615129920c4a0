// What a trial's page is given of earlier nights: trials of its kind before its run, and never a failure.

import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { appendRows } from "../../../src/history/rows-file.ts";
import { readPast } from "../../../src/history/past-nights.ts";
import { planDigest } from "../../../src/core/plan-digest.ts";
import { samplePlan } from "../../builders/sample-trial.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";

const settings = { policy: "default", answers: "extractive" };
const kind = { ...samplePlan("process/replica-kill", "treatment", {}), target: "reference-ai-stack", settings };
const tonight = { runId: ofNight(40).run, startedAt: ofNight(40).started };

test("the thirty newest runs before tonight's are read, and of them only trials of the same kind that tell", async () => {
  await using folder = await historyFolder();
  const nights = Array.from({ length: 42 }, (_, night) => historyRow({ ...ofNight(night), settings }));
  const others = [
    historyRow({ ...ofNight(39), settings, n: 2, tells: false }),
    historyRow({ ...ofNight(39), settings: { ...settings, policy: "bold" } }),
    historyRow({ ...ofNight(39), settings, arm: "ablation" }),
  ];
  await appendRows(folder.dir, [...nights, ...others]);
  const notes: string[] = [];
  const pastOf = await readPast(folder.out, tonight, (says) => notes.push(says));
  const runs = pastOf({ ...kind, settings: { answers: "extractive", policy: "default" } }).map(({ run }) => run);
  expect(runs).toEqual(Array.from({ length: 30 }, (_, at) => ofNight(10 + at).run));
  expect(pastOf({ ...kind, intent: "process/other" })).toEqual([]);
  expect(notes).toEqual([]);
});

test("trials of another plan are left out, and rows that do not say theirs are taken for the same", async () => {
  await using folder = await historyFolder();
  const plans = [undefined, "0123456789abcdef", planDigest(kind)];
  const rows = plans.map((plan, night) => historyRow({ ...ofNight(night), settings, ...(plan && { plan }) }));
  await appendRows(folder.dir, rows);
  const pastOf = await readPast(folder.out, tonight, () => undefined);
  expect(pastOf(kind).map(({ run }) => run)).toEqual([0, 2].map((night) => ofNight(night).run));
});

test("without a history nothing is said, and with one that cannot be read a note", async () => {
  await using folder = await historyFolder();
  const notes: string[] = [];
  const note = (says: string) => void notes.push(says);
  expect((await readPast(folder.out, tonight, note))(kind)).toEqual([]);
  expect(notes).toEqual([]);
  await writeFile(folder.dir, "a file where the folder should be");
  expect((await readPast(folder.out, tonight, note))(kind)).toEqual([]);
  expect(notes).toHaveLength(1);
});

test("runs that tonight's was put together from are of tonight, and no earlier nights", async () => {
  await using folder = await historyFolder();
  await appendRows(
    folder.dir,
    [37, 38, 39].map((night) => historyRow({ ...ofNight(night), settings })),
  );
  const whole = { ...tonight, parts: [{ runId: ofNight(39).run }, { runId: ofNight(38).run }] };
  const pastOf = await readPast(folder.out, whole, () => undefined);
  expect(pastOf(kind).map(({ run }) => run)).toEqual([ofNight(37).run]);
});
