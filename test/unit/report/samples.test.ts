// The committed samples: real runs, whose pages say what a reader must find, and are what today's code makes of them.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withoutPlaces } from "../../programs/samples/kept.ts";
import { committedSample, goodNight, restarted, samplesDir, wordsOf } from "../../builders/committed-samples.ts";
import { judgeRecorded } from "../../../src/run/run-one.ts";

const names = [goodNight, restarted];
const trialPage = "trials/data/vector-index-corruption/treatment-1/trial.html";
const sentence = /wrong-pathway: restart-replica was done, [^.]*declared is restore-index/;

/** A test's own compiler prints our functions in another way: the script differs, and with it its hash. */
function withoutScript(html: string): string {
  return html.replace(/<script>[\s\S]*<\/script>/, "").replace(/sha256-[^&]*&#x3D;/, "");
}

function treatmentOf({ records }: Awaited<ReturnType<typeof committedSample>>) {
  const record = records.find(({ plan }) => plan.arm === "treatment");
  if (record === undefined) throw new Error("the sample has no treatment trial");
  return record;
}

describe.each(names)("the sample %s", (name) => {
  test("has the pages that today's code makes of it; npm run samples -- --pages writes them anew", async () => {
    const { dir, pages } = await committedSample(name);
    expect(pages.size).toBeGreaterThan(1);
    for (const [path, html] of pages) {
      const committed = await readFile(join(dir, path), "utf8");
      expect(committed.includes("<script>"), path).toBe(path !== "index.html");
      expect(withoutScript(committed) === withoutScript(html), `${path} is as it was`).toBe(true);
    }
  });

  test("is judged by today's rules as it was that night", async () => {
    const { run, recorded } = await committedSample(name);
    const then = run.intents.flatMap(({ trials }) => trials);
    const today = await Promise.all(recorded.map((trial) => judgeRecorded(trial)));
    expect(today.map(({ plan, verdict }) => [plan.arm, verdict])).toEqual(
      then.map(({ plan, verdict }) => [plan.arm, verdict]),
    );
  });

  test("holds no path of the machine that it ran on, and no secret", async () => {
    const files = (await readdir(join(samplesDir, name), { recursive: true })).filter((file) => /\.\w+$/.test(file));
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const text = await readFile(join(samplesDir, name, file), "utf8");
      expect(text.match(/\/(?:home|root|Users|work)\/[\w.-]+/g) ?? [], file).toEqual([]);
      expect(text.match(/bearer [\w.-]{8,}|[?&]token=\w+|BEGIN [A-Z ]*PRIVATE KEY/gi) ?? [], file).toEqual([]);
    }
  });
});

test("who reads the second sample from its top learns that the loop restarted where it should have restored", async () => {
  const sample = await committedSample(restarted);
  const page = wordsOf(sample.pages.get("index.html") ?? "");
  // What was done instead of what was declared, and where it belongs; then the map, what weighs most, and why.
  const told = [
    "the loop did restart-replica instead of restore-index, which did not repair it",
    "A belief did not hold",
    "not by the declared action",
    "Pathways against faults",
    "Worst findings",
    "wrong-pathway",
  ];
  const inOrder = told.map((words) => page.indexOf(words));
  expect(inOrder.every((at) => at > 0)).toBe(true);
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
  expect(page).toMatch(sentence);
  // What both arms come to, at the map and at the intent, in words that name what was done.
  expect(sample.run.intents.map(({ arms, attribution }) => [arms, attribution?.verdict])).toEqual([
    [["treatment", "ablation"], "WRONG-PATHWAY"],
  ]);
  expect(page).toMatch(/restore-index index\.corruption 0 of 1 [^.]*\d[^A-Z]* not reached WRONG-PATHWAY/);
  expect(page).toContain("restart-replica was done instead in 1 of 1, which did not repair it");
  expect(page).toContain("stayed broken, as it must without the repair");
  // What was done stands in the row of the intent and at its place in the map, with how sure that is.
  expect(page).toContain("restart-replica, wrong WRONG-PATHWAY");
  expect(page).toMatch(/1 done where another is declared, which repaired nothing \(✗\)/);
  expect(page).toMatch(/✗ 1 done where another pathway is declared, and repaired nothing/);
  expect(page).toContain(
    "restart-replica index.corruption ✗ done in 1 trial where restore-index is declared, and repaired nothing",
  );
  const cell = /<td class="wrong"><a href="#([^"]+)">/.exec(sample.pages.get("index.html") ?? "")?.[1];
  expect(sample.pages.get("index.html")).toContain(`<tr role="row" id="${cell}">`);
  expect(page).toContain("That is what was seen in 1 trial: how often it happens");
  expect(page).toContain("however soon the fault was found");
  const trial = wordsOf(sample.pages.get(trialPage) ?? "");
  expect(trial).toMatch(sentence);
  expect(trial).toContain("declared is restore-index");
  // What its loop says of its choice is about another one, and users were hurt before the effect was confirmed.
  expect(trial).toContain(
    "Words and act differ: its reason speaks of restore-index; what it chose is restart-replica.",
  );
  expect(trial).toMatch(/Users were hurt with the fault's first act \(from −0\.\d to 0\.\d s, 0 being t0/);
  expect(treatmentOf(sample).timeline.flatMap((it) => (it.kind === "claim" ? [it.claim.pathway] : []))).toContain(
    "restart-replica",
  );
});

test("who reads the good night learns that the action did it, and that without it the stack stayed broken", async () => {
  const page = wordsOf((await committedSample(goodNight)).pages.get("index.html") ?? "");
  expect(page).toContain("Every belief held");
  expect(page).toContain("1 of 1 recovered with the action, 0 of 1 without");
  expect(page).toContain("stayed broken, as it must without the repair");
});

test("what is kept of a run loses our folder and the user's home", () => {
  const text = '{"path":"/srv/ours/.cache/a","other":"/home/me/b","third":"/home/mean/c"}';
  expect(withoutPlaces(text, "/srv/ours", "/home/me")).toBe(
    '{"path":"/rebound/.cache/a","other":"/home/user/b","third":"/home/mean/c"}',
  );
});

test("a page of few intents leaves no room empty, and none of its tables is held together in print", async () => {
  const page = (await committedSample(restarted)).pages.get("index.html") ?? "";
  // Placeholders are for pages of many intents; words stay on their line on a screen alone.
  expect(page).toContain("main:has(&gt; section:nth-of-type(40)) &gt; section".replaceAll("&gt;", ">"));
  expect(page).not.toMatch(/@media \(min-width: 641px\) \{[^@]*nowrap/);
  const header = page.slice(page.indexOf("<header"), page.indexOf("</header>"));
  expect(header).not.toMatch(/calibrat|fixed work|requests a second/);
  expect(page.slice(page.indexOf('id="measured"'))).toMatch(/<details[\s\S]*calibration[\s\S]*fixed work/);
});
