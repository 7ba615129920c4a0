// A tool of ours breaks, or the record can no longer be written: the trial ends at once, everything is taken back, and
// nothing of it is held against the target.

import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import type { Evidence } from "../../../src/records/timeline/fault.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import type { TrialOutcome } from "../../../src/records/results/outcome.ts";
import { measureTrial } from "../../builders/measured.ts";
import type { Emit, RunningStack, TrialDeps } from "../../../src/trial/ports.ts";
import { runTrial } from "../../../src/trial/trial.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { basePlan } from "../../builders/simulated-trial.ts";
import { madeFault } from "../../builders/made-fault.ts";
import { simulatedState, vector } from "../../builders/simulated-stack.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";

const never = new AbortController().signal;
const well: Evidence = { confirmed: true, expected: "", seen: "" };

const plan: TrialPlan = {
  ...basePlan,
  arm: "treatment",
  load: { ...basePlan.load, ratePerSecond: 100, slowOverMs: 100, timeoutMs: 200, warmupMs: 20, baselineMs: 300 },
  injectAfterMs: 0,
  watchMs: 300_000,
  steady: {
    windowMs: 100,
    badAfter: 2,
    conditions: [{ name: "up", expression: "users.error_share <= 0.9", view: "users" }],
  },
  disturbances: [
    { type: "fault", fault: "test.harm", site: { service: "vector", replica: "vector-1" }, seed: 1, params: {} },
  ],
  targetFacts: { hasFeed: false, pathways: [], dataProbes: [], stateProbes: [] },
};

/** Sends nothing and is answered at once, a hundred times a second; what a busy machine held up is made good. */
function simulatedLoad(record: Emit, now: () => number): Awaited<ReturnType<RunningStack["startLoad"]>> {
  let id = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      let due = now();
      timer = setInterval(() => {
        for (; due <= now(); due += 10) {
          const instants = { intended: due, sent: due, firstToken: due, done: due };
          record({ kind: "request", id: (id += 1), ...instants, outcome: "answered", right: null });
        }
      }, 10);
    },
    setRate: () => undefined,
    stop: () => Promise.resolve(clearInterval(timer)),
  };
}

interface Played {
  readonly did: readonly string[];
  readonly outcome: TrialOutcome;
  readonly says: string;
  readonly timeline: readonly TimelineEvent[];
}

interface Play {
  /** Called once the fault is in place. */
  readonly inPlace?: (record: Emit) => void;
  readonly disk?: TrialDeps["disk"];
  readonly undo?: Partial<TrialDeps["undo"]>;
  readonly runProbes?: RunningStack["runProbes"];
  readonly prepare?: Fault["prepare"];
}

async function play({ inPlace, disk, undo, runProbes, prepare }: Play): Promise<Played> {
  const did: string[] = [];
  const from = performance.now();
  const now = (): number => performance.now() - from;
  let record: Emit = () => undefined;
  const fault = madeFault({
    name: "test.harm",
    ...(prepare && { prepare }),
    apply() {
      did.push("harmed");
      setTimeout(() => inPlace?.(record), 30);
      return Promise.resolve(well);
    },
    revert: () => Promise.resolve(well).finally(() => did.push("took back")),
  });
  const told = simulatedState({ faults: [fault], plan, now });
  const stack: RunningStack = {
    ...told.stack,
    inventory: () => Promise.resolve({ replicas: [vector(1), vector(2)] }),
    runProbes: runProbes ?? (() => Promise.resolve()),
    startLoad: (recorded) => {
      record = recorded;
      return Promise.resolve(simulatedLoad(recorded, now));
    },
    stop: () => Promise.resolve([]).finally(() => did.push("ended the stack")),
  };
  const deps: TrialDeps = {
    ...told.deps,
    undo: { ...told.deps.undo, ...undo },
    startStack: () => Promise.resolve(stack),
    ...(disk && { disk }),
  };
  // Nothing but our own trouble ends it: the test runs into its time limit otherwise.
  const played = await runTrial({ ...told.plan }, deps, never);
  const verdict = judgeTrial(played, measureTrial(played));
  const says = verdict.findings.find(({ rule }) => rule === "not-aborted")?.says ?? "";
  return { did, outcome: verdict.outcome, says, timeline: played.timeline };
}

const full = (): Error => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
const harmedAndBack = ["harmed", "took back", "ended the stack"];

describe("without a record", () => {
  test("nothing is injected: what was seen up to now must be on the disk first", async () => {
    const { did, outcome, says } = await play({ disk: { written: () => Promise.reject(full()), lost: never } });
    expect(did).toEqual(["ended the stack"]);
    expect(outcome).toBe("inconclusive");
    expect(says).toMatch(/^ended at .* because its record could not be kept: ENOSPC: no space left on device, write$/);
  });

  test("nothing is injected when it is lost while the baseline is watched, and the trial does not wait for its end", async () => {
    const lost = new AbortController();
    setTimeout(() => lost.abort(full()), 60);
    const { did, outcome, timeline } = await play({ disk: { written: () => Promise.resolve(), lost: lost.signal } });
    expect(did).toEqual(["ended the stack"]);
    expect(outcome).toBe("inconclusive");
    expect(timeline.some((event) => event.kind === "phase" && event.phase === "inject")).toBe(false);
  });

  test("the fault is taken back as soon as it is lost, however late a write that was begun before fails", async () => {
    const lost = new AbortController();
    const disk = { written: () => Promise.resolve(), lost: lost.signal };
    const { did, outcome, says } = await play({ disk, inPlace: () => lost.abort(full()) });
    expect(did).toEqual(harmedAndBack);
    expect(outcome).toBe("inconclusive");
    expect(says).toContain("its record could not be kept: ENOSPC");
  });

  test("of the way back nothing is harmed, be it the log or the backups", async () => {
    const failed = new AbortController();
    const intend = (): Promise<never> => {
      failed.abort(full());
      return Promise.reject(full());
    };
    for (const how of [
      { undo: { intend, lost: failed.signal } },
      { prepare: () => Promise.reject(new Error("cannot keep the backup", { cause: full() })) },
    ]) {
      const { did, outcome, says } = await play(how);
      expect(did.filter((what) => what === "harmed")).toEqual([]);
      expect(outcome).toBe("inconclusive");
      expect(says).toContain("its record could not be kept");
    }
  });
});

describe("a tool of ours that breaks while the fault is in place", () => {
  test.each(["proxy", "load", "probes"])("ends the trial, takes the fault back and says so (%s)", async (where) => {
    const { did, outcome, says, timeline } = await play({
      inPlace: (record) => record({ kind: "trouble", where, reason: "it ended by itself (SIGKILL)", fatal: true }),
    });
    expect(did).toEqual(harmedAndBack);
    expect(outcome).toBe("inconclusive");
    expect(says).toMatch(new RegExp(`because our own tool broke \\(${where}\\): it ended by itself \\(SIGKILL\\)$`));
    const at = (kind: (event: TimelineEvent) => boolean): number => timeline.findIndex(kind);
    const told = at((event) => event.kind === "trouble");
    expect(at((event) => event.kind === "fault" && event.step === "reverting")).toBeGreaterThan(told);
  });

  test("is told at once when it is a watcher that rejects", async () => {
    const { outcome, says } = await play({ runProbes: () => Promise.reject(new Error("no such probe")) });
    expect(outcome).toBe("inconclusive");
    expect(says).toContain("our own tool broke (probes): no such probe");
  });

  test("is no matter any more once the trial is being taken down", async () => {
    const { timeline } = await play({
      inPlace: (record) => {
        record({ kind: "trouble", where: "load", reason: "first", fatal: true });
      },
    });
    const teardown = timeline.find((event) => event.kind === "phase" && event.phase === "teardown")?.at ?? 0;
    const calm = timeline.filter(({ kind }) => kind !== "trouble");
    const late: TimelineEvent = { kind: "trouble", at: teardown + 1, where: "proxy", reason: "late", fatal: true };
    const record = { plan, timeline: [...calm, late].toSorted((a, b) => a.at - b.at) };
    const ruled = judgeTrial(record, measureTrial(record)).findings.find(({ rule }) => rule === "not-aborted");
    expect(ruled).toBeUndefined();
    // A record that was lost, and what sent the load and says at its end that it was not the load that was meant.
    for (const where of ["record", "script"]) {
      const lost = { plan, timeline: [...calm, { ...late, where }].toSorted((a, b) => a.at - b.at) };
      const verdict = judgeTrial(lost, measureTrial(lost));
      expect(verdict.outcome).toBe("inconclusive");
      expect(verdict.findings.find(({ rule }) => rule === "harness-kept-pace")?.outcome).toBe("inconclusive");
    }
  });
});
