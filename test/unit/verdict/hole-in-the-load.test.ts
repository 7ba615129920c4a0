// How long nothing may be due before the load counts as stopped.

import { expect, test } from "vitest";
import { harnessKeptPace } from "../../../src/verdict/rules/harness-kept-pace.ts";
import { measureTrial } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

const record = tell(stories["clean heal"]);
const facts = measureTrial(record);

/** What is said of a trial that had a hole of so many ms; `each`: requests of a session in the mean. */
function toldOf(holeMs: number, each?: number): string {
  const load = { ...record.plan.load, ...(each !== undefined && { requestsPerSession: each }) };
  const hole = { from: 6_000, to: 6_000 + holeMs };
  const plan = { ...record.plan, load };
  return harnessKeptPace({ ...record, plan }, { ...facts, load: { ...facts.load, hole } })?.says ?? "";
}

test.each([undefined, 3, 12])("a stop for longer than twenty requests is told, %s requests a session", (each) => {
  const boundMs = (20 * 1_000) / record.plan.load.ratePerSecond;
  expect(boundMs).toBeGreaterThanOrEqual(2 * record.plan.steady.windowMs);
  expect(toldOf(boundMs + 1, each)).toMatch(/the load stopped/);
  expect(toldOf(boundMs - 1, each)).not.toMatch(/the load stopped/);
});
