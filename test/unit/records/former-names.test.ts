// Run folders of earlier builds stay readable: fields are found by the names that they had.

import { describe, expect, test } from "vitest";
import {
  eventByTodaysNames,
  planByTodaysNames,
  runByTodaysNames,
  undoByTodaysNames,
} from "../../../src/records/former-names.ts";
import { instanceOf, processOf } from "../../../src/platforms/processes/instance.ts";
import { planSchema } from "../../../src/records/plan.ts";
import { runSchema } from "../../../src/records/results/run-result.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { timelineEventSchema, type TimelineEvent } from "../../../src/records/timeline/event.ts";
import { passingRun } from "../../builders/sample-run.ts";

const words = { samples: 4, by: { timeout: 1 }, last: "timeout" };
const { samples: looks, ...otherWords } = words;
const formerWords = { looks, ...otherWords };

/** A run in which every renamed field is set, and a probe is named like one of them. */
function newRun(): RunResult {
  const { run } = passingRun();
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map(({ plan, facts, verdict }) => ({
      plan: { ...plan, takesWholeService: ["vector"] },
      facts: {
        ...facts,
        baseline: { ...facts.baseline, deeds: 1 },
        blindSamples: { deeds: { ...words, unseen: 1 }, looks: { ...words, unseen: 4 } },
        sampleNotes: { blindLooks: { ...words, noted: 1 } },
        actions: { started: [], unclaimed: false, strayAlarms: 0 },
      },
      verdict,
    })),
  }));
  return { ...run, intents };
}

/** The same as a build of before the renaming wrote it. */
function asFormerly(run: RunResult): unknown {
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map(({ plan, facts, verdict }) => {
      const { takesWholeService: sparesNone, ...restOfPlan } = plan;
      const { actions: deeds, ...others } = facts;
      const { blindSamples: _, sampleNotes: __, ...rest } = others;
      const blindLooks = { deeds: { ...formerWords, unseen: 1 }, looks: { ...formerWords, unseen: 4 } };
      const lookNotes = { blindLooks: { ...formerWords, noted: 1 } };
      return { plan: { ...restOfPlan, sparesNone }, facts: { ...rest, blindLooks, lookNotes, deeds }, verdict };
    }),
  }));
  return { ...run, intents };
}

/** A line of an earlier build, which today's schema alone refuses. */
function readFormer(line: unknown): TimelineEvent {
  expect(timelineEventSchema.safeParse(line).success).toBe(false);
  return timelineEventSchema.parse(eventByTodaysNames(line));
}

describe("a run of an earlier build", () => {
  test("is the same run by today's names, and names that users chose stay", () => {
    const run = newRun();
    const former = asFormerly(run);
    expect(run.intents.flatMap(({ trials }) => trials).length).toBeGreaterThan(0);
    expect(runSchema.safeParse(former).success).toBe(false);
    expect(runSchema.parse(runByTodaysNames(former))).toEqual(run);
    expect(runSchema.parse(runByTodaysNames(run))).toEqual(run);
  });

  test("has plans that can be read", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const { takesWholeService: sparesNone, ...rest } = plan ?? {};
    expect(planSchema.parse(planByTodaysNames({ ...rest, sparesNone }))).toEqual(plan);
  });

  test("has changes of load that are faults now, in plans and in timelines", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const former = { ...plan, disturbances: [{ type: "load", times: 1.5 }] };
    expect(planSchema.safeParse(former).success).toBe(false);
    const [disturbance] = planSchema.parse(planByTodaysNames(former)).disturbances;
    expect(disturbance).toMatchObject({ type: "fault", fault: "load.change", params: { times: 1.5 } });
    const line = { at: 5200, kind: "load-change", disturbance: 0, times: 1.5 };
    expect(timelineEventSchema.safeParse(line).success).toBe(false);
    const event = timelineEventSchema.parse(eventByTodaysNames(line));
    expect(event).toMatchObject({ at: 5200, kind: "fault", disturbance: 0, step: "confirmed", harmFrom: 5200 });
    expect(JSON.stringify(event)).toContain("kept no proof");
  });

  test("names processes by pid, which are instances now, wherever they stand in its timeline", () => {
    const replica = { service: "vector", replica: "vector-1", pid: 7, port: 4000, version: "a" };
    const change = { service: "vector", replica: "vector-1", field: "pid", before: null, after: 7 };
    const weight = { ...change, field: "weight", before: 1, after: 0 };
    const inventory = { kind: "inventory", at: 2, from: 1, lastSameFrom: 0, inventory: { replicas: [replica] } };
    expect(readFormer({ ...inventory, changes: [change, weight] })).toMatchObject({
      inventory: { replicas: [{ replica: "vector-1", instance: "pid 7", port: 4000 }] },
      changes: [{ field: "instance", before: null, after: "pid 7" }, weight],
    });
    const row = { pid: 7, startTime: "1@a", what: "node", state: "S", nice: 0, limits: null, cgroup: null };
    const machine = { processes: [row], folders: [], files: [], ports: [], unfinished: [], unseen: [] };
    const survey = { kind: "machine-survey", at: 2, moment: "after", survey: machine };
    const read = readFormer(survey);
    expect(read).toMatchObject({ survey: { processes: [{ instance: "pid 7/1@a", what: "node" }] } });
    const seen = [
      { service: "vector", replica: "vector-1", pid: 7, alive: true },
      { service: "vector", replica: "vector-2", pid: null, alive: false },
    ];
    const stack = { replicas: seen, processes: [row], edges: [], files: [], unseen: [] };
    expect(readFormer({ ...survey, kind: "stack-survey", survey: stack })).toMatchObject({
      survey: { replicas: [{ instance: "pid 7" }, { instance: null }], processes: [{ instance: "pid 7/1@a" }] },
    });
    const target = { cpuMs: 1, waits: [{ pid: 7, what: "node", waitMs: 1, runMs: 1 }] };
    const look = { ok: true, cores: 2, target, ours: { cpuMs: 0, waitMs: 0 }, othersMs: 0, stolenMs: 0 };
    expect(readFormer({ kind: "pressure", at: 2, from: 1, look })).toMatchObject({
      look: { target: { waits: [{ instance: "pid 7", what: "node" }] } },
    });
  });

  test("names what it ended as the platform of processes names it today, so that it can be taken back", () => {
    const process = { pid: 7, startTime: "1@a" };
    const line = { seq: 1, step: "intend", entry: { kind: "fault", fault: "process.kill", undo: process } };
    expect(undoByTodaysNames(line)).toMatchObject({ entry: { undo: { instance: instanceOf(process) } } });
    expect(processOf(instanceOf(process))).toEqual(process);
  });

  test.each([
    ["as its kind", { kind: "other", marker: "m" }, { platform: "other", marker: "m" }],
    ["not at all", { marker: "m" }, { platform: "processes", marker: "m" }],
    ["as today", { platform: "other", kind: "k" }, { platform: "other", kind: "k" }],
  ])("names the platform of a stack %s", (_how, handle, today) => {
    const line = { seq: 1, step: "intend", entry: { kind: "fault", fault: "nothing", undo: null, handle } };
    expect(undoByTodaysNames(line)).toEqual({ ...line, entry: { ...line.entry, handle: today } });
  });

  test("has plans that do nothing, which are called harmless now", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const nothing = { type: "fault", fault: "nothing", site: { service: "", replica: "" }, seed: 1, params: {} };
    const [disturbance] = planSchema.parse(planByTodaysNames({ ...plan, disturbances: [nothing] })).disturbances;
    expect(disturbance).toMatchObject({ fault: "nothing", harmless: true });
  });

  test.each([[null], [3], ["text"], [[]], [{}], [{ intents: 1 }], [{ intents: [null, { trials: [null, 7] }] }]])(
    "that is none (%j) is left for its schema to refuse",
    (value) => {
      expect(runByTodaysNames(value)).toEqual(value);
      expect(planByTodaysNames(value)).toEqual(value);
      expect(eventByTodaysNames(value)).toEqual(value);
      expect(undoByTodaysNames(value)).toEqual(value);
    },
  );

  test("with both names in one object is refused, since nobody knows which one counts", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    expect(planSchema.safeParse(planByTodaysNames({ ...plan, sparesNone: ["other"] })).success).toBe(false);
  });
});
