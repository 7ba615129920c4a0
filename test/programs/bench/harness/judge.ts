// Judges a trial of ten hours by `rebound judge`, and tells how long that takes and how much memory the process had at
// its most.

import { trialsOf } from "../../../../src/core/digest.ts";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { judgeRecorded } from "../../../../src/run/run-one.ts";
import { concludeRun } from "../../../../src/run/finish-run.ts";
import { trialFiles } from "../../../../src/store/run-folder.ts";
import { writeResult } from "../../../../src/store/results.ts";
import { longPlan, writeLongTimeline } from "./long-timeline.ts";

/** Prints what judging ten hours of ten million events takes. */
export async function benchJudge(print: (line: string) => void): Promise<void> {
  const { events, seconds, peakMiB } = await judgeLongTrial(10);
  print(`judging a timeline of 10 hours by \`rebound judge\`: ${(events / 1e6).toFixed(1)} million events`);
  print(`  ${seconds.toFixed(0)} s (bound 60: ${seconds <= 60 ? "kept" : "EXCEEDED"})`);
  print(`  ${Math.ceil(peakMiB)} MiB at most (bound 256: ${peakMiB <= 256 ? "kept" : "EXCEEDED"})`);
}

/** What judging a long trial cost. */
interface JudgeCost {
  readonly events: number;
  readonly seconds: number;
  /** Greatest resident set of the judging process, MiB. */
  readonly peakMiB: number;
  readonly outcome: string;
}

/**
 * Writes a run with one trial of `hours` hours into a folder of its own, judges it in a process of its own, and removes
 * it.
 */
async function judgeLongTrial(hours: number): Promise<JudgeCost> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-bench-"));
  try {
    const plan = longPlan(hours);
    const files = trialFiles(dir, plan);
    await mkdir(files.dir, { recursive: true });
    await writeFile(files.plan, JSON.stringify(plan));
    const events = await writeLongTimeline(files.timeline, hours);
    const result = await judgeRecorded({ plan, timeline: files.timeline });
    const meta = { id: plan.intent, title: "Ten hours", belief: plan.belief, target: plan.target, arms: [plan.arm] };
    const at = new Date().toISOString();
    const run = concludeRun(
      {
        runId: "long",
        suite: null,
        startedAt: at,
        endedAt: at,
        seed: 7,
        interrupted: false,
        planned: 1,
        machine: { cores: 1, memoryBytes: 1, node: process.versions.node, platform: process.platform },
        harness: { version: "bench" },
      },
      [meta],
      { trials: [result], history: { runs: [], unread: [] }, past: { rows: [], baseline: [] } },
    );
    await writeResult(dir, run, trialsOf(run));
    return { events, ...(await judgeIn(dir)), outcome: result.verdict.outcome };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The child tells its own peak as it ends. */
const tellPeak = `process.once("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"))`;

async function judgeIn(dir: string): Promise<Pick<JudgeCost, "seconds" | "peakMiB">> {
  const rebound = resolve("bin/rebound.js");
  const preload = `data:text/javascript,${encodeURIComponent(tellPeak)}`;
  const began = performance.now();
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", preload, rebound, "judge", dir]).catch(
    // It exits with the outcome of the run, which is not what is measured here.
    (thrown: unknown) => thrown as { readonly stderr: string },
  );
  const seconds = (performance.now() - began) / 1000;
  const peak = /peak (\d+)/.exec(stderr)?.[1];
  if (peak === undefined) throw new Error(`rebound judge did not end by itself: ${stderr}`);
  return { seconds, peakMiB: Number(peak) / 1024 };
}
