// A trial's state without a stack: what the conductor's parts are given, with everything they write down kept.

import type { Fault } from "../../src/core/fault.ts";
import type { Inventory, InventoryReplica } from "../../src/records/inventory.ts";
import type { PlannedDisturbance, TrialPlan } from "../../src/records/plan.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import { openDurabilityCheck } from "../../src/trial/durability-check.ts";
import { loadRateControl } from "../../src/trial/load-rate.ts";
import { openAudit } from "../../src/trial/residue-watch.ts";
import { makeRecorder } from "../../src/trial/recorder.ts";
import type { TrialState } from "../../src/trial/state.ts";
import { basePlan } from "./simulated-trial.ts";

/** What a test says of the stack; the rest is as in a calm trial. */
export interface SimulatedStack {
  readonly plan?: Partial<TrialPlan>;
  readonly inventory?: () => Promise<Inventory>;
  readonly isLiving?: (instance: string) => Promise<boolean>;
  readonly faults?: readonly Fault[];
  readonly signal?: AbortSignal;
  /** The trial's clock, ms. */
  readonly now?: () => number;
}

/** Replica `n` of the vector service, alive on a port of its own. */
export function vector(n: number): InventoryReplica {
  return { service: "vector", replica: `vector-${n}`, instance: `pid ${100 + n}`, port: 7000 + n, version: "1" };
}

export function kill(replica: string, service = "vector"): PlannedDisturbance {
  return { type: "fault", fault: "process.kill", site: { service, replica }, seed: 1, params: {} };
}

/** The state, and the timeline as it grows. */
export function simulatedState(told: SimulatedStack): TrialState & { readonly timeline: readonly TimelineEvent[] } {
  const clock = { epochNs: "0", now: told.now ?? (() => 6000) };
  const plan = { ...basePlan, ...told.plan };
  const recorder = makeRecorder(plan, clock, () => undefined);
  let seq = 0;
  const nothing = { replicas: [], processes: [], edges: [], files: [], unseen: [] };
  const deps: TrialState["deps"] = {
    clock,
    faults: new Map((told.faults ?? []).map((fault) => [fault.name, fault])),
    undoDir: "/nowhere",
    undo: {
      intend: () => Promise.resolve((seq += 1)),
      done: () => Promise.resolve(),
      close: () => Promise.resolve(),
      lost: new AbortController().signal,
    },
    startStack: () => Promise.reject(new Error("no stack in this test")),
    lookAtMachine: () => Promise.resolve({ ...nothing, folders: [], ports: [], unfinished: [] }),
    sink: () => undefined,
  };
  const stack: TrialState["stack"] = {
    handle: null,
    inventory: told.inventory ?? (() => Promise.resolve({ replicas: [vector(1), vector(2)] })),
    isLiving: told.isLiving ?? (() => Promise.resolve(true)),
    site: (ref, seed, undoDir) => ({ ...ref, seed, undoDir, controls: {} }),
    survey: () => Promise.resolve(nothing),
    runProbes: () => Promise.resolve(),
    startLoad: () => Promise.reject(new Error("no load in this test")),
    stop: () => Promise.resolve([]),
  };
  return {
    plan,
    deps,
    audit: openAudit(plan, deps, recorder),
    durability: openDurabilityCheck(stack, recorder),
    recorder,
    timeline: recorder.timeline,
    signal: told.signal ?? new AbortController().signal,
    applied: [],
    loadRate: loadRateControl({ setRate: () => undefined }, clock),
    load: { begin: () => undefined, setRate: () => undefined, stop: () => Promise.resolve() },
    stack,
  };
}
