// A run of many trials through the run's own code, on a stack that is simulated: each trial sees many requests at once.

import { mkdir } from "node:fs/promises";
import type { TrialPlan } from "../../src/records/plan.ts";
import type { TellRun } from "../../src/records/run-events.ts";
import type { Target } from "../../src/core/target.ts";
import type { TrialDigest } from "../../src/core/digest.ts";
import type { TrialPorts } from "../../src/run/ports.ts";
import { nothingDone, runAll } from "../../src/run/run-trials.ts";
import { createRunFolder } from "../../src/store/run-folder.ts";
import type { LoadControl } from "../../src/core/load-source.ts";
import type { RunningStack } from "../../src/trial/ports.ts";
import { basePlan } from "./simulated-trial.ts";

/** What the run shall be like. */
export interface SimulatedRun {
  readonly trials: number;
  readonly requestsPerTrial: number;
  /** Folder for the run's folder. */
  readonly out: string;
  readonly tell: TellRun;
}

const nothing = { replicas: [], processes: [], edges: [], files: [], unseen: [] };

function stackOf(requests: number, now: () => number): RunningStack {
  return {
    handle: null,
    inventory: () => Promise.resolve({ replicas: [] }),
    isLiving: () => Promise.resolve(true),
    site: (ref, seed, undoDir) => ({ ...ref, seed, undoDir, controls: {} }),
    survey: () => Promise.resolve(nothing),
    runProbes: () => Promise.resolve(),
    startLoad(record) {
      const control: LoadControl = {
        begin() {
          for (let id = 0; id < requests; id += 1) {
            const intended = now();
            const times = { at: intended + 5, intended, sent: intended, firstToken: null, done: intended + 5 };
            record({ kind: "request", id, ...times, outcome: "answered", right: true });
          }
        },
        setRate: () => undefined,
        stop: () => Promise.resolve(),
      };
      return Promise.resolve(control);
    },
    stop: () => Promise.resolve([]),
  };
}

/** Runs them one after the other and returns the results. */
export async function runSimulated(order: SimulatedRun): Promise<readonly TrialDigest[]> {
  const { trials, requestsPerTrial, out, tell } = order;
  await mkdir(out, { recursive: true });
  const folder = await createRunFolder(out, `r${trials}`);
  const load = { ...basePlan.load, warmupMs: 1, baselineMs: 200 };
  const plans: readonly TrialPlan[] = Array.from({ length: trials }, (_, index) => ({
    ...basePlan,
    arm: "placebo",
    index: index + 1,
    disturbances: [],
    load,
    injectAfterMs: 0,
  }));
  const ports: TrialPorts = {
    faults: new Map(),
    startClock() {
      const from = performance.now();
      return { epochNs: "0", now: () => performance.now() - from };
    },
    openMachine: ({ clock }) => ({
      look: () => Promise.resolve({ ...nothing, folders: [], ports: [] }),
      start: () => Promise.resolve(stackOf(requestsPerTrial, () => clock.now())),
    }),
  };
  // Of the target a run reads the name alone.
  const targets = [{ name: basePlan.target } as Target];
  const choice = { runId: folder.runId, suite: null, seed: 1, intents: [], targets, plans };
  const signal = new AbortController().signal;
  const done = nothingDone();
  await runAll(choice, { folder, jobs: 1, tell, signal, ports, watchProcessors: () => () => 0 }, done);
  return done.finished;
}
