// Runs one whole trial on a real stack, with faults of the test's own and whatever of the platform it sabotages. Needs
// a build.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchTrial } from "../../src/run/compose/trial-machine.ts";
import { startClock, startStack } from "../../src/run/compose/trial-stack.ts";
import type { Fault } from "../../src/core/fault.ts";
import type { TrialPlan } from "../../src/records/plan.ts";
import type { Platform } from "../../src/core/platform.ts";
import type { SiteRef } from "../../src/records/site.ts";
import type { Target } from "../../src/core/target.ts";
import type { FaultEvent } from "../../src/records/timeline/fault.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { TrialVerdict } from "../../src/records/results/outcome.ts";
import { eventsOf } from "../../src/measure/windows/timeline-view.ts";
import { measureTrial } from "./measured.ts";
import { platformNamed } from "../../src/platforms/index.ts";
import type { RunningStack } from "../../src/trial/ports.ts";
import { runTrial } from "../../src/trial/trial.ts";
import { openUndoLog } from "../../src/trial/undo-log.ts";
import { unfinishedWords } from "../../src/run/restore/unfinished.ts";
import { judgeTrial } from "../../src/verdict/judge-trial.ts";
import { basePlan } from "./simulated-trial.ts";

export interface WholeTrial {
  readonly target: Target;
  /** Default: the target's, by the table. */
  readonly platform?: Platform;
  readonly fault: Fault;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly site: SiteRef;
  /** What the harness is made to see of the stack instead of the truth. */
  readonly sabotage?: (stack: RunningStack) => RunningStack;
  /** Called with the cache folder before anything else. */
  readonly fillCache?: (cacheDir: string) => Promise<void>;
}

export interface WholeTrialResult {
  readonly record: TrialRecord;
  readonly verdict: TrialVerdict;
  /** What the rule `nothing-left` says. */
  readonly left: string;
  readonly steps: readonly FaultEvent["step"][];
}

/** About 3 s: quick load, a short baseline, no hope of recovery. */
export async function runWholeTrial(trial: WholeTrial): Promise<WholeTrialResult> {
  const { target, fault, site, params = {} } = trial;
  const dir = await mkdtemp(join(tmpdir(), "whole-trial-"));
  const [undoDir, cacheDir, undoFile] = [join(dir, "undo"), join(dir, "cache"), join(dir, "undo.jsonl")];
  await Promise.all([mkdir(undoDir), mkdir(cacheDir)]);
  await trial.fillCache?.(cacheDir);
  const undo = await openUndoLog(undoFile);
  const clock = startClock();
  const platform = trial.platform ?? platformNamed(target.platform);
  const machine = watchTrial(platform, [cacheDir]);
  const plan: TrialPlan = {
    ...basePlan,
    target: target.name,
    // Nobody waits for a healer that is not there.
    arm: "ablation",
    load: { ...basePlan.load, ratePerSecond: 40, slowOverMs: 900, timeoutMs: 1000, warmupMs: 200, baselineMs: 1200 },
    steady: {
      windowMs: 500,
      badAfter: 2,
      conditions: [{ name: "up", expression: "users.error_share <= 0.9", view: "users" }],
    },
    disturbances: [{ type: "fault", fault: fault.name, site, seed: 7, params }],
    takesWholeService: [site.service],
    expect: { heldFire: true, never: [] },
    targetFacts: { hasFeed: false, pathways: [], dataProbes: [], stateProbes: [] },
    watchMs: 500,
    holdMs: 500,
  };
  try {
    const deps = {
      clock,
      undo,
      undoDir,
      sink: () => undefined,
      faults: new Map([[fault.name, fault]]),
      lookAtMachine: async () => ({ ...(await machine.look()), unfinished: await unfinishedWords(undoFile) }),
      async startStack(planned: TrialPlan, signal: AbortSignal) {
        const context = { platform, target, cacheDir, clock, undo, undoDir, keptDir: dir, machine, mark: {} };
        const stack = await startStack(context, planned, signal);
        return trial.sabotage?.(stack) ?? stack;
      },
    };
    const record = await runTrial(plan, deps, AbortSignal.timeout(60_000));
    const verdict = judgeTrial(record, measureTrial(record));
    const left = verdict.findings.find(({ rule }) => rule === "nothing-left")?.says ?? "not judged";
    return { record, verdict, left, steps: eventsOf(record.timeline, "fault").map(({ step }) => step) };
  } finally {
    await undo.close();
    await rm(dir, { recursive: true });
  }
}
