import { expect, test } from "vitest";
import { openGate } from "../../../src/run/gate.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

const first: TrialPlan = { ...basePlan, index: 1 };
const second: TrialPlan = { ...basePlan, index: 2 };
const never = new AbortController().signal;

/** What has settled once everything that is due has happened. */
async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test("alone, a trial is measured as soon as its stack is up, and nothing is kept of a governor", async () => {
  using gate = openGate({ jobs: 1, plans: [first], say: () => undefined, watchProcessors: () => () => 0 });
  gate.began(first);
  expect(gate.mayStart()).toBe(false);
  expect(await settled(gate.mayMeasure(first, never))).toBe(true);
  expect(gate.governed).toBeUndefined();
});

test("side by side, the one whose stack is up waits until the other's is, and both are then measured together", async () => {
  using gate = openGate({ jobs: 2, plans: [first, second], say: () => undefined, watchProcessors: () => () => 0 });
  gate.began(first);
  expect(gate.mayStart()).toBe(false);
  const waiting = gate.mayMeasure(first, never);
  gate.began(second);
  gate.open();
  expect(await settled(waiting)).toBe(false);
  const other = gate.mayMeasure(second, never);
  gate.open();
  expect([await settled(waiting), await settled(other)]).toEqual([true, true]);
  expect(gate.governed?.mostAtOnce).toBe(2);
});

test("once a trial is let in to be measured, no other one boots beside it", () => {
  using gate = openGate({ jobs: 2, plans: [first, second], say: () => undefined, watchProcessors: () => () => 0 });
  gate.began(first);
  void gate.mayMeasure(first, never);
  gate.open();
  expect(gate.mayStart()).toBe(false);
  gate.event(first, { kind: "phase", at: 1, phase: "teardown" });
  expect(gate.mayStart()).toBe(true);
});

test("a trial that waits to be measured goes on at once when the run is ended", async () => {
  using gate = openGate({ jobs: 2, plans: [first, second], say: () => undefined, watchProcessors: () => () => 0 });
  const ending = new AbortController();
  gate.began(first);
  const waiting = gate.mayMeasure(first, ending.signal);
  gate.began(second);
  ending.abort();
  expect(await settled(waiting)).toBe(true);
});

test("one at a time, the next stack boots while the last is torn down, and is measured only once that one is judged", async () => {
  using gate = openGate({ jobs: 1, plans: [first, second], say: () => undefined, watchProcessors: () => () => 0 });
  gate.began(first);
  await gate.mayMeasure(first, never);
  for (const phase of ["warmup", "baseline", "inject", "observe", "revert", "after"] as const) {
    gate.event(first, { kind: "phase", at: 1, phase });
    expect(gate.mayStart(), phase).toBe(false);
  }
  gate.event(first, { kind: "phase", at: 2, phase: "teardown" });
  expect(gate.mayStart()).toBe(true);
  gate.began(second);
  expect(gate.mayStart()).toBe(false);
  const waiting = gate.mayMeasure(second, never);
  gate.event(first, { kind: "phase", at: 3, phase: "done" });
  gate.open();
  expect(await settled(waiting)).toBe(false);
  gate.ended(first, undefined);
  gate.open();
  expect(await settled(waiting)).toBe(true);
});
