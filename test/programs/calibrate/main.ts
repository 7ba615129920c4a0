// `npm run calibrate:harness -- --n 220 --seed S [--shape step] [--jobs N] [--loaded] [--keep DIR] [--again DIR]
// [--simulated]`: trials on a target that knows when it really broke and healed. Prints coverage, bias and width of
// every mark; exit code 1 when a bound is not kept.

import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { judgeRecorded } from "../../../src/run/run-one.ts";
import { choose } from "../../../src/run/select.ts";
import { recordedTrials } from "../../../src/store/run-folder.ts";
import { shapes } from "../../../targets/oracle/script.ts";
import { breaches } from "./figures.ts";
import { missesOf, tableOf } from "./table.ts";
import { compareSimulated } from "./simulated.ts";
import { intent, readTrials, runTrials, type Read } from "./trials.ts";

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "220" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    shape: { type: "string" },
    loaded: { type: "boolean", default: false },
    keep: { type: "string" },
    again: { type: "string" },
    simulated: { type: "boolean", default: false },
  },
});

if (values.shape !== undefined && !shapes.some((shape) => shape === values.shape)) {
  process.stderr.write(`--shape is ${JSON.stringify(values.shape)}; expected one of ${shapes.join(", ")}\n`);
  process.exit(3);
}

function whole(name: "n" | "seed" | "jobs"): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1) return number;
  process.stderr.write(`--${name} is ${JSON.stringify(values[name])}; expected a whole number from 1\n`);
  return process.exit(3);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One busy loop per core; they end with this process. */
function startLoad(): ChildProcess[] {
  const entry = fileURLToPath(new URL("busy.js", import.meta.url));
  return Array.from({ length: availableParallelism() }, () => fork(entry, [], { execArgv: [] }));
}

async function run(folder: string): Promise<void> {
  const busy = values.loaded ? startLoad() : [];
  try {
    await runTrials({ n: whole("n"), seed: whole("seed"), jobs: whole("jobs"), shape: values.shape, folder }, say);
  } finally {
    for (const child of busy) child.disconnect();
  }
}

/** Prints everything; true when all bounds are kept. */
function tell({ comparisons, outcomes, lost }: Read, planned: number): boolean {
  const samples = comparisons.flatMap((one) => one.samples);
  const wrongs = comparisons.flatMap((one) => one.wrongs);
  say(`\n${tableOf(samples)}`);
  const counts = [...new Set(outcomes.map(({ outcome }) => outcome))]
    .sort()
    .map((word) => `${outcomes.filter(({ outcome }) => outcome === word).length} ${word}`);
  say(`${outcomes.length} trials: ${counts.join(", ")}${lost.length > 0 ? `; lost: ${lost.join(", ")}` : ""}`);
  for (const line of missesOf(samples, wrongs)) say(line);
  const found = breaches({ planned, trials: outcomes.length, samples, wrongs }, values.loaded);
  say(found.length === 0 ? "\ncalibrated: every bound is kept" : `\nNOT calibrated:\n  ${found.join("\n  ")}`);
  return found.length === 0;
}

/** Without a machine: timelines made from the scripts. */
async function simulateAll(): Promise<Read> {
  const { plans } = await choose([intent], { trials: whole("n"), seed: whole("seed") });
  const shape = shapes.find((candidate) => candidate === values.shape);
  const comparisons = plans.map((plan) => compareSimulated(plan, shape));
  const outcomes = plans.map(({ index }) => ({ trial: `simulated-${index}`, outcome: "simulated", shape: "" }));
  return { comparisons, outcomes, lost: [] };
}

async function calibrate(folder: string): Promise<Read> {
  if (values.again === undefined) await run(folder);
  const judgeAgain = async (dir: string) =>
    Promise.all((await recordedTrials(dir)).trials.map((trial) => judgeRecorded(trial)));
  return readTrials(folder, values.again === undefined ? undefined : judgeAgain);
}

const started = performance.now();
const kept = values.again ?? values.keep;
const folder = kept === undefined ? await mkdtemp(join(tmpdir(), "rebound-calibrate-")) : resolve(kept);
mkdirSync(folder, { recursive: true });
try {
  const read = values.simulated ? await simulateAll() : await calibrate(folder);
  const planned = values.again === undefined ? whole("n") : read.outcomes.length + read.lost.length;
  process.exitCode = tell(read, planned) ? 0 : 1;
  say(`seed ${values.seed}, ${values.jobs} side by side, ${Math.round((performance.now() - started) / 1_000)} s`);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
