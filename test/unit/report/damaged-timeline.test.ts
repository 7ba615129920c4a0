// A timeline of which something cannot be read: what is left is shown, what is amiss is said, and nothing is made up.

import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { html } from "../../../src/reporters/html.ts";
import { trialPages } from "../../../src/reporters/trial-pages.ts";
import { reportAgain } from "../../../src/run/report-again.ts";
import { faultEntries, lanesOf } from "../../../src/report/story-lanes.ts";
import { committedSample, restarted, samplesDir, wordsOf } from "../../builders/committed-samples.ts";

const trial = "trials/data/vector-index-corruption/treatment-1";
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebound-damaged-"));
  await cp(join(samplesDir, restarted), dir, { recursive: true });
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** The run's page, the trial's page and what was noted, after its timeline was changed. */
async function reported(change: (text: string) => string) {
  const file = join(dir, trial, "timeline.jsonl");
  await writeFile(file, change(await readFile(file, "utf8")));
  const notes: string[] = [];
  const { failure } = await reportAgain(dir, {
    reporters: [trialPages, html],
    note: (says) => notes.push(says),
  });
  expect(failure).toBeUndefined();
  const page = async (path: string) => wordsOf(await readFile(join(dir, path), "utf8"));
  return { run: await page("index.html"), trial: await page(join(trial, "trial.html")), notes };
}

test("one that breaks off is said to on both pages, and nothing is said of what was in its rest", async () => {
  const pages = await reported((text) => text.slice(0, text.length / 2));
  const amiss = /its timeline ends in \w+: what came after is missing/;
  expect(pages.run).toMatch(new RegExp(`Missing .*data/vector-index-corruption treatment-1: ${amiss.source}`));
  expect(pages.trial).toMatch(new RegExp(`Not all of the timeline of this trial is there: ${amiss.source}`));
  expect(pages.trial).not.toContain("ids were not kept");
  expect(pages.trial).toContain("could not be read in full, so their trace ids are not known");
});

test("one with a bad line in its middle loses that line, which both pages name by its number", async () => {
  const pages = await reported((text) => text.split("\n").with(300, "{garbage").join("\n"));
  expect(pages.run).toContain("treatment-1: 1 bad line in the timeline: line 301.");
  expect(pages.trial).toContain("1 bad line in the timeline: line 301");
  expect(pages.trial).not.toMatch(/timeline (?:of this trial )?is missing/);
  expect(pages.trial).toContain("It chose restart-replica");
  expect(pages.trial).toContain("policy 1 (5ab76cf2acdc) chooses restore-index");
  expect(pages.notes).toEqual(["data/vector-index-corruption/treatment-1: 1 bad line in the timeline: line 301"]);
});

test("one of which nothing can be read is damaged, and not missing", async () => {
  const pages = await reported(() => "{garbage\n{more\n");
  expect(pages.trial).toContain("could not be read (2 bad lines in the timeline: lines 1 and 2)");
  expect(pages.trial).not.toContain("is missing");
  await copyFile(join(samplesDir, restarted, trial, "timeline.jsonl"), join(dir, trial, "timeline.jsonl"));
  const whole = await reported((text) => text);
  expect(whole.run).not.toContain("Missing");
  expect(whole.trial).not.toContain("Missing or broken");
});

test("the picture ends a fault where it was taken back, and an action where the timeline breaks off", async () => {
  const { run, records } = await committedSample(restarted);
  const result = run.intents[0]?.trials[0];
  const record = records.find(({ plan }) => plan.arm === result?.plan.arm);
  if (result === undefined || record === undefined) throw new Error("the sample has no trial");
  const started = record.timeline.findIndex((it) => it.kind === "claim" && it.claim.type === "action.started");
  const torn = record.timeline.slice(0, started + 3);
  expect(faultEntries(result, torn)).toMatchObject([{ to: result.facts.marks.t8?.at }]);
  expect(faultEntries(result, record.timeline)[0]?.to).toBeCloseTo(result.facts.marks.t8?.at ?? 0, -1);
  const actions = lanesOf(result, torn).find(({ kind }) => kind === "actions")?.entries;
  expect(actions?.map(({ to }) => to)).toEqual([Math.max(...torn.map(({ at }) => at))]);
});
