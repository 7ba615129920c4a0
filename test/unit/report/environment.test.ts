// What is shown of the machine: calm where it is calm, which trials it starved, and where nothing was measured.

import { judged } from "../../builders/measured.ts";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { calibrationText, environmentRows, starvedSentences } from "../../../src/report/environment-text.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { runSchema } from "../../../src/records/results/run-result.ts";
import { stories, type StoryName } from "../../golden/stories.ts";
import { passingRun } from "../../builders/sample-run.ts";
import { looked } from "../../builders/simulated-pressure.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

function resultOf(story: Story): TrialResult {
  return judged(tell(story));
}

function runOf(...names: StoryName[]): RunResult {
  const { run } = passingRun();
  const [intent] = run.intents;
  if (intent === undefined) throw new Error("the sample run has no intent");
  const calibration = { ok: true, forMs: 600, waitShare: 0.02, othersCores: 0.1, stolenCores: 0 } as const;
  const trials = names.map((name) => resultOf(stories[name]));
  return { ...run, machine: { ...run.machine, calibration }, intents: [{ ...intent, trials }] };
}

describe("a starved trial", () => {
  const run = runOf("clean heal on a calm machine", "detected late, starved by strangers");
  const sentence = "Environment: the machine starved the stack in 1 of 2 trials";

  it("is named in table, summary and page", async () => {
    expect(renderConsoleTable(run, "r.html", 200)).toContain(sentence);
    expect(renderSummary(run)).toContain(sentence);
    expect(await renderHtml(run, [])).toContain(sentence);
  });

  it("stands in run.json with its figures", () => {
    expect(runSchema.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
    expect(run.intents[0]?.trials[1]?.facts.environment).toMatchObject({ measured: true, cores: 2, bound: 0.15 });
  });
});

describe("a calm trial", () => {
  it("has its share of waiting on the page, and no sentence about it", async () => {
    const run = runOf("clean heal on a calm machine");
    expect(starvedSentences(run)).toEqual([]);
    const html = await renderHtml(run, []);
    expect(html).toContain("waited behind others, from it to the recovery");
    expect(html).toContain("a thread of ours waits 2 % of the time for a processor");
  });

  it("shows the name of a process as text, whatever it is", async () => {
    const look = looked(20, { target: 150, others: 200 });
    if (!look.ok) throw new Error("told looks are good ones");
    const waits = look.target.waits.map((wait) => ({ ...wait, what: "<script>alert(1)</script>" }));
    const story: Story = { ...stories["clean heal"], pressure: () => ({ ...look, target: { ...look.target, waits } }) };
    const { run } = passingRun();
    const [intent] = run.intents;
    if (intent === undefined) throw new Error("the sample run has no intent");
    expect(await renderHtml({ ...run, intents: [{ ...intent, trials: [resultOf(story)] }] }, [])).not.toContain(
      "<script>alert",
    );
  });
});

describe("where nothing is measured", () => {
  it("the page says so with the reason, and a trial from before it was measured says nothing", () => {
    const [row] = environmentRows(resultOf(stories["detected late, not measured"]).facts, "x");
    expect(row).toMatchObject({ figure: { text: "not measured" }, note: "only Linux tells" });
    expect(environmentRows(resultOf(stories["detected late"]).facts, "x")).toEqual([]);
    expect(calibrationText({ ok: false, reason: "only Linux tells" })).toBe(
      "waiting for processors is not measured here: only Linux tells",
    );
  });
});
