import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOf, trialsOf, type RunDigest } from "../../../src/core/digest.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { concludeRun } from "../../../src/run/finish-run.ts";
import { readTrialVerdict, readVerdictText, writeResult, writeTrialVerdict } from "../../../src/store/results.ts";
import { createRunFolder, trialFiles, trialFolder, type RunFolder } from "../../../src/store/run-folder.ts";
import { readRun } from "../../builders/read-run.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { enoughSoFar } from "../../../src/verdict/enough-so-far.ts";
import { sampleRun } from "../../builders/sample-run.ts";

let out: string;
let folder: RunFolder;

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "results-"));
  folder = await createRunFolder(out, "r1");
});
afterEach(() => rm(out, { recursive: true, force: true }));

function digested(run: RunResult): RunDigest {
  return { ...run, intents: run.intents.map((intent) => ({ ...intent, trials: intent.trials.map(digestOf) })) };
}

async function keepTrials({ intents }: RunResult): Promise<void> {
  for (const trial of intents.flatMap(({ trials }) => trials)) {
    await trialFolder(folder, trial.plan);
    await writeTrialVerdict(folder.dir, trial);
  }
}

test("run.json is, byte for byte, what it is when made in one go", async () => {
  const { run } = sampleRun();
  expect(run.intents.flatMap(({ trials }) => trials).length).toBeGreaterThan(2);
  await writeResult(folder.dir, run, trialsOf(run));
  expect(await readFile(join(folder.dir, "run.json"), "utf8")).toBe(`${JSON.stringify(run, null, 2)}\n`);
});

test("run.json from digests and the trials' folders holds what the whole trials held", async () => {
  const { run } = sampleRun();
  await keepTrials(run);
  await writeResult(folder.dir, digested(run), (plan) => readTrialVerdict(folder.dir, plan));
  expect(await readRun(folder.dir)).toEqual(JSON.parse(JSON.stringify(run)));
});

test("run.json from the text of each verdict.json is, byte for byte, what it is from the trials", async () => {
  const { run } = sampleRun();
  await keepTrials(run);
  await writeResult(folder.dir, digested(run), { textOf: (plan) => readVerdictText(folder.dir, plan) });
  expect(await readFile(join(folder.dir, "run.json"), "utf8")).toBe(`${JSON.stringify(run, null, 2)}\n`);
});

test("a verdict.json that somebody cut or wrote anew is not put into run.json", async () => {
  const { run } = sampleRun();
  await keepTrials(run);
  const plan = run.intents[0]?.trials[0]?.plan;
  if (plan === undefined) throw new Error("the sample has no trial");
  const { verdict } = trialFiles(folder.dir, plan);
  const whole = await readFile(verdict, "utf8");
  for (const other of [whole.slice(0, -30), "{}", ""]) {
    await writeFile(verdict, other);
    const writing = writeResult(folder.dir, digested(run), { textOf: (each) => readVerdictText(folder.dir, each) });
    await expect(writing).rejects.toThrow(/verdict\.json is not what was written there/);
  }
  expect((await readdir(folder.dir)).filter((name) => name.startsWith("run.json"))).toEqual([]);
});

test("a run without intents, and an intent without trials, are written as well", async () => {
  const { run } = sampleRun();
  const bare = { ...run, intents: run.intents.map((intent) => ({ ...intent, trials: [] })) };
  for (const each of [{ ...run, intents: [] }, bare]) {
    await writeResult(folder.dir, each, trialsOf(each));
    expect(await readRun(folder.dir)).toEqual(JSON.parse(JSON.stringify(each)));
  }
});

test("a trial whose verdict is gone leaves no half of a run.json, and is named", async () => {
  const { run } = sampleRun();
  const writing = writeResult(folder.dir, digested(run), (plan) => readTrialVerdict(folder.dir, plan));
  await expect(writing).rejects.toThrow(/cannot read .*verdict\.json/);
  expect((await readdir(folder.dir)).filter((name) => name.startsWith("run.json"))).toEqual([]);
});

test("terminal, JUnit and summary say the same of digests as of whole trials, and so do the judges", () => {
  const { run } = sampleRun();
  const light = digested(run);
  expect(JSON.stringify(light).length).toBeLessThan(JSON.stringify(run).length * 0.7);
  expect(renderConsoleTable(light, "r", 120)).toBe(renderConsoleTable(run, "r", 120));
  expect(renderJunit(light)).toBe(renderJunit(run));
  expect(renderSummary(light)).toBe(renderSummary(run));
  const metas = run.intents.map(({ intent: id, title, belief, target, arms }) => ({ id, title, belief, target, arms }));
  const judged = (trials: RunDigest): unknown => {
    const all = trials.intents.flatMap((intent) => intent.trials);
    const result = concludeRun(run, metas, {
      trials: all,
      history: { runs: [], unread: [] },
      past: { rows: [], baseline: [] },
    });
    return { ...result, intents: result.intents.map((intent) => ({ ...intent, trials: intent.trials.length })) };
  };
  expect(judged(light)).toEqual(judged(run));
  const enough = ({ intents }: RunDigest): unknown =>
    intents.filter(({ trials }) => trials.length > 0).map(({ trials }) => enoughSoFar(trials, { least: 1, most: 5 }));
  expect(enough(light)).toEqual(enough(run));
});
