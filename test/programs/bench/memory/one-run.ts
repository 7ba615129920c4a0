// One run of so many simulated trials in a process of its own, through the run's own loop and all of its reporters;
// prints what memory it took.

import { mkdir, rm } from "node:fs/promises";
import { getHeapCodeStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Intent } from "../../../../src/core/intent.ts";
import type { Target } from "../../../../src/core/target.ts";
import type { TrialPlan } from "../../../../src/records/plan.ts";
import { tellAll, type Reporter } from "../../../../src/reporters/reporter.ts";
import { consoleReporter } from "../../../../src/reporters/console.ts";
import { makeReporters } from "../../../../src/reporters/index.ts";
import { endRun } from "../../../../src/run/end-run.ts";
import { thisMachine } from "../../../../src/run/finish-run.ts";
import { nothingDone, runAll } from "../../../../src/run/run-trials.ts";
import { createRunFolder } from "../../../../src/store/run-folder.ts";
import { basePlan } from "../../../builders/simulated-trial.ts";
import { simulatedPorts } from "./stack.ts";

/** What one run took, in bytes. */
export interface Taken {
  readonly trials: number;
  /** Peak resident memory of the process. */
  readonly rss: number;
  /** Greatest heap in use after a collection, at the end of a trial or between reports, without compiled code. */
  readonly heap: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const jobs = 1;
const lookEvery = 5;
const requestsPerTick = 2;

function planOf(index: number): TrialPlan {
  return {
    ...basePlan,
    intent: "data/simulated",
    index,
    load: { ...basePlan.load, warmupMs: 20, baselineMs: 200 },
    steady: { ...basePlan.steady, windowMs: 50 },
    expect: {
      ...basePlan.expect,
      recovered: { withinMs: 10_000, by: "restore-index", holdMs: 150 },
      budget: { slo: 0.9, maxBurn: 20 },
    },
    holdMs: 150,
    watchMs: 2_000,
    targetFacts: {
      ...basePlan.targetFacts,
      dataProbes: [],
      stateProbes: [{ name: "retrieval.self", everyMs: 10 }],
    },
  };
}

/** Without compiled code: V8 compiles what runs often once more, however little is kept of it. */
function heapNow(): number {
  collect();
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics();
  return process.memoryUsage().heapUsed - code - bytecode;
}

async function runOnce(trials: number, out: string): Promise<Taken> {
  await mkdir(out, { recursive: true });
  const folder = await createRunFolder(out, `r${trials}`);
  const plans = Array.from({ length: trials }, (_, index) => planOf(index + 1));
  const [plan] = plans;
  if (plan === undefined) throw new Error("no trials");
  const { intent: id, belief, target } = plan;
  const about = { id, belief, target, title: "simulated", arms: ["treatment"], file: "simulated.yaml" };
  // Of an intent and a target a run reads these alone.
  const choice = {
    runId: folder.runId,
    suite: null,
    seed: 1,
    plans,
    intents: [about as unknown as Intent],
    targets: [{ name: target } as Target],
  };
  let heap = 0;
  const look = (): void => void (heap = Math.max(heap, heapNow()));
  const sink = { write: () => true, isTTY: false, columns: 120 };
  let judged = 0;
  const watcher: Reporter = {
    name: "heap",
    on({ kind }) {
      // Not each time: the governor would take the time that a collection takes for a busy machine.
      if (kind === "trialJudged" && (judged += 1) % lookEvery === 0) look();
    },
    finish: () => Promise.resolve(look()),
  };
  // Between the reports too: what one of them holds is seen when the next has its turn.
  const reporters = [consoleReporter(sink), ...makeReporters(process.stderr).slice(1)].flatMap((it) => [it, watcher]);
  const tell = tellAll([...reporters.filter((it) => it !== watcher), watcher], (says) => {
    throw new Error(says);
  });
  const done = nothingDone();
  const signal = new AbortController().signal;
  const ports = simulatedPorts(requestsPerTick);
  await runAll(choice, { folder, jobs, tell, signal, ports, watchProcessors: () => () => 0 }, done);
  const stopped = { reason: undefined, failure: undefined };
  const startedAt = new Date().toISOString();
  const conducted = { folder, startedAt, machine: thisMachine({ coresKeptAwake: 0 }), done, stopped };
  const onTrouble = (says: string): void => void process.stderr.write(`${says}\n`);
  const { result, unwritten } = await endRun(choice, conducted, { reporters, onTrouble });
  if (unwritten !== undefined) throw unwritten;
  look();
  const outcomes: Record<string, number> = {};
  for (const { trials: done } of result.intents)
    for (const { verdict } of done) outcomes[verdict.outcome] = (outcomes[verdict.outcome] ?? 0) + 1;
  return { trials, rss: process.resourceUsage().maxRSS * 1024, heap, outcomes };
}

const [trials = "10", out = ""] = process.argv.slice(2);
try {
  process.stdout.write(`${JSON.stringify(await runOnce(Number(trials), out))}\n`);
} finally {
  await rm(out, { recursive: true, force: true });
}
