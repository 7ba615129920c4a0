import { expect, test } from "vitest";
import type { PlannedDisturbance } from "../../../src/records/plan.ts";
import type { FaultEvent } from "../../../src/records/timeline/fault.ts";
import { disturbanceMarks, severalWords } from "../../../src/report/disturbance-marks.ts";
import { layOutPlot } from "../../../src/report/plot.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";

const [first] = basePlan.disturbances;
if (first === undefined) throw new Error("the base plan disturbs nothing");
const later: PlannedDisturbance = { ...first, fault: "network.latency", timing: { atMs: 3000, forMs: 2000 } };
const change: PlannedDisturbance = {
  ...first,
  fault: "load.change",
  site: { service: "", replica: "" },
  params: { times: 2 },
  timing: { during: "recovery" },
};
const disturbances = [first, later, change];
const fault = (
  disturbance: number,
  step: FaultEvent["step"],
  at: number,
  more: Partial<FaultEvent> = {},
): FaultEvent => ({
  kind: "fault",
  disturbance,
  step,
  at,
  ...more,
});
const events = [
  fault(2, "confirmed", 10_100, { harmFrom: 10_050 }),
  fault(1, "confirmed", 9050, { harmFrom: 9010 }),
  fault(1, "reverting", 11_000, { scheduled: true }),
  fault(1, "reverted", 11_040, { scheduled: true }),
  fault(2, "reverted", 20_000),
];

test("what begins later and what is taken back by the plan is marked, in order of time; t0 and t8 have the rest", () => {
  const timeline = [fault(0, "confirmed", 6050), ...events, fault(0, "reverted", 20_010)];
  expect(disturbanceMarks({ disturbances }, timeline).map(({ name, at, lo, says }) => [name, at, lo, says])).toEqual([
    ["d2", 9050, 9010, "network.latency begins"],
    ["d3", 10_100, 10_050, "load.change begins"],
    ["d2 end", 11_040, 11_040, "network.latency taken back"],
  ]);
});

test("one sentence says what t0 and t8 are of several disturbances, and none where there is one", () => {
  expect(severalWords({ disturbances: [first] })).toBe("");
  expect(severalWords({ disturbances })).toBe(
    "Of 3 disturbances (d1 index.corruption on vector-2, d2 network.latency on vector-2, d3 load.change times 2) t0 is " +
      "the first that took effect, from which all times count; a recovery counts only after the last one began, and t8 " +
      "is when the last one was taken back.",
  );
});

test("the plot draws them at their place, in the colour of the harness", () => {
  const told = tell({
    plan: { disturbances },
    phases: { boot: 0, warmup: 1000, baseline: 2000, inject: 6000, observe: 6100, revert: 19_990, teardown: 21_000 },
    fate: () => ({ latencyMs: 30 }),
    fault: { applying: 6000, harmFrom: 6010, confirmed: 6050 },
    state: () => ({ "retrieval.self": 1, "data.records": 500 }),
  });
  const record = { ...told, timeline: [...told.timeline, ...events].sort((a, b) => a.at - b.at) };
  const facts = measureTrial(record);
  const trial = { plan: record.plan, facts, verdict: judgeTrial(record, facts) };
  const plot = layOutPlot({ trial, timeline: record.timeline, id: "x" }, "wide");
  const drawn = plot?.marks.filter(({ name }) => name.startsWith("d"));
  expect(drawn?.map(({ name, by, label }) => [name, by, label])).toEqual([
    ["d2", "harness", "d2 network.latency begins"],
    ["d3", "harness", "d3 load.change begins"],
    ["d2 end", "harness", "d2 network.latency taken back"],
  ]);
  const xs = plot?.marks.map(({ x }) => x) ?? [];
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
});
