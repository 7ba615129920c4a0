// The end of one long run, in a process of its own: its trials are on disk, their digests in memory. Prints what
// writing the reports took.

import { mkdir, writeFile } from "node:fs/promises";
import { digestOf, type TrialDigest } from "../../../../src/core/digest.ts";
import { makeReporters } from "../../../../src/reporters/index.ts";
import type { Reporter } from "../../../../src/reporters/reporter.ts";
import { writeOutcome } from "../../../../src/run/end-run.ts";
import { concludeRun, thisHarness, thisMachine } from "../../../../src/run/finish-run.ts";
import { createRunFolder, trialFiles } from "../../../../src/store/run-folder.ts";
import { readTrialVerdict, readVerdictText } from "../../../../src/store/results.ts";
import { readTimeline } from "../../../builders/read-timeline.ts";
import { judged } from "../../../builders/measured.ts";
import { intentsOf, nightOf, storiesOfNight } from "./night.ts";
import { timed } from "./taken.ts";

const [count = "", out = ""] = process.argv.slice(2);
const trials = Number(count);
const folder = await createRunFolder(out, `r${trials}`);
const told = storiesOfNight();
const results = new Map([...told].map(([name, record]) => [name, judged(record)]));
const timelines = new Map(
  [...told].map(([name, { timeline }]) => [name, timeline.map((event) => `${JSON.stringify(event)}\n`).join("")]),
);
const finished: TrialDigest[] = [];
for (const { story, plan } of nightOf(trials, told)) {
  const of = results.get(story);
  if (of === undefined) throw new Error(`no story ${story}`);
  const result = { ...of, plan };
  const files = trialFiles(folder.dir, plan);
  await mkdir(files.dir, { recursive: true });
  await writeFile(files.plan, `${JSON.stringify(plan, null, 2)}\n`);
  await writeFile(files.timeline, timelines.get(story) ?? "");
  await writeFile(files.verdict, `${JSON.stringify(result, null, 2)}\n`);
  finished.push(digestOf(result));
}

const belief = "a damaged index is restored";
const arms = ["treatment", "ablation"] as const;
const intents = intentsOf(trials).map((id) => ({ id, title: id, belief, target: "simulated", arms }));
const [startedAt, endedAt] = ["2026-11-28T22:00:00.000Z", "2026-11-29T06:00:00.000Z"];
const meta = {
  runId: folder.runId,
  suite: null,
  startedAt,
  endedAt,
  seed: 1,
  interrupted: false,
  planned: trials,
  machine: thisMachine({ coresKeptAwake: 0 }),
  harness: thisHarness(),
};
const by: Record<string, number> = {};
const measured = (reporter: Reporter): Reporter => ({
  name: reporter.name,
  async finish(end) {
    const began = performance.now();
    await reporter.finish?.(end);
    by[reporter.name] = performance.now() - began;
  },
});
// What is printed goes to nobody: this process talks to the bench.
const reporters = makeReporters(process.stderr).slice(1).map(measured);
const taken = await timed(async () => {
  const began = performance.now();
  const result = concludeRun(meta, intents, {
    trials: finished,
    history: { runs: [], unread: [] },
    past: { rows: [], baseline: [] },
  });
  by["conclude"] = performance.now() - began;
  const { unwritten } = await writeOutcome(folder, result, {
    reporters,
    onTrouble: (says) => void process.stderr.write(`${says}\n`),
    trialOf: (plan) => readTrialVerdict(folder.dir, plan),
    textOf: (plan) => readVerdictText(folder.dir, plan),
    timelineOf: (plan) => readTimeline(trialFiles(folder.dir, plan).timeline),
  });
  if (unwritten !== undefined) throw unwritten;
});
const sum = Object.values(by).reduce((total, ms) => total + ms, 0);
process.stdout.write(`${JSON.stringify({ ...taken, by: { ...by, "run.json, history": taken.ms - sum } })}\n`);
