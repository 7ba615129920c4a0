// Run folders: what is written can be found and read again, and a half-written or foreign folder is not taken for a
// run.

import { trialsOf } from "../../../src/core/digest.ts";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTrials } from "../../support/read-trials.ts";
import { createRunFolder, trialFiles, trialFolder } from "../../../src/store/run-folder.ts";
import { readRun } from "../../builders/read-run.ts";
import { writeReport, writeResult, writeTrialVerdict } from "../../../src/store/results.ts";
import { TimelineWriter } from "../../../src/store/timeline-file.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";
import { samplePlan, sampleTimeline } from "../../builders/sample-trial.ts";

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "rebound-reports-"));
});
afterEach(async () => {
  await rm(out, { recursive: true, force: true });
});

describe("a run folder", () => {
  test("keeps results, and reading gives back what was written", async () => {
    const run = await createRunFolder(out, "r1");
    await writeResult(run.dir, sampleRun().run, trialsOf(sampleRun().run));
    expect(await readRun(run.dir)).toEqual(sampleRun().run);
    await writeReport(run.dir, "index.html", "<p>page</p>");
    expect((await readdir(run.dir)).sort()).toEqual(["index.html", "run.json", "trials"]);
    expect(await readFile(join(run.dir, "index.html"), "utf8")).toBe("<p>page</p>");
  });

  test("is never shared: a second run of the same name is refused", async () => {
    await createRunFolder(out, "r1");
    await expect(createRunFolder(out, "r1")).rejects.toMatchObject({ code: "environment" });
  });

  test.each(["", "..", "a/b", "latest", ".hidden", "a b"])("cannot be called %j", async (name) => {
    await expect(createRunFolder(out, name)).rejects.toMatchObject({ code: "bug" });
    expect(await readdir(out)).toEqual([]);
  });

  test("refuses a result that could not be read again, and leaves the old one in place", async () => {
    const run = await createRunFolder(out, "r1");
    await writeResult(run.dir, passingRun().run, trialsOf(passingRun().run));
    const broken = { ...passingRun().run, seed: Number.POSITIVE_INFINITY };
    await expect(writeResult(run.dir, broken, trialsOf(broken))).rejects.toMatchObject({ code: "bug" });
    expect(await readRun(run.dir)).toEqual(passingRun().run);
  });

  test("with a run.json of another shape is refused with every field that is wrong", async () => {
    const run = await createRunFolder(out, "r1");
    await writeFile(join(run.dir, "run.json"), JSON.stringify({ ...passingRun().run, seed: "x", planned: -1 }));
    const error: unknown = await readRun(run.dir).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "bad-input", problems: [{}, {}] });
  });
});

describe("trials in a run folder", () => {
  test("lie under their intent and arm, and are found again in a fixed order", async () => {
    const run = await createRunFolder(out, "r1");
    const plans = [
      samplePlan("process/replica-kill", "ablation"),
      samplePlan("process/replica-kill", "treatment", { index: 2 }),
      samplePlan("process/replica-kill", "treatment"),
      samplePlan("control/placebo", "placebo"),
    ];
    for (const plan of plans) await trialFolder(run, plan);
    const kill = trialFiles(run.dir, plans[0] ?? samplePlan("a/b", "placebo"));
    expect(kill.dir).toBe(join(run.dir, "trials", "process", "replica-kill", "ablation-1"));
    const found = await readTrials(run.dir);
    expect(found.map(({ plan }) => `${plan.intent} ${plan.arm}-${plan.index}`)).toEqual([
      "control/placebo placebo-1",
      "process/replica-kill treatment-1",
      "process/replica-kill treatment-2",
      "process/replica-kill ablation-1",
    ]);
  });

  test("come back with the timeline that was streamed, and with none when there is none", async () => {
    const run = await createRunFolder(out, "r1");
    const seen = await trialFolder(run, samplePlan("process/replica-kill", "treatment"));
    await trialFolder(run, samplePlan("process/replica-kill", "ablation"));
    const timeline = sampleTimeline({ replicaDown: [0, 1000] }, []);
    const writer = await TimelineWriter.open(seen.timeline);
    for (const event of timeline) writer.append(event);
    await writer.close();
    const [treatment, ablation] = await readTrials(run.dir);
    expect(treatment?.timeline).toEqual(timeline);
    expect(ablation?.timeline).toEqual([]);
  });

  test("keep their verdict beside their plan", async () => {
    const run = await createRunFolder(out, "r1");
    const trial = passingRun().run.intents[0]?.trials[0];
    if (!trial) throw new Error("the sample has no trial");
    const folder = await trialFolder(run, trial.plan);
    await writeTrialVerdict(run.dir, trial);
    expect(JSON.parse(await readFile(folder.verdict, "utf8"))).toEqual(trial);
    expect(JSON.parse(await readFile(folder.plan, "utf8"))).toEqual(trial.plan);
  });

  test("cannot lead out of the run folder", async () => {
    const run = await createRunFolder(out, "r1");
    await expect(trialFolder(run, samplePlan("../../x", "treatment"))).rejects.toMatchObject({ code: "bug" });
    await expect(trialFolder(run, samplePlan("/etc", "treatment"))).rejects.toMatchObject({ code: "bug" });
  });
});
