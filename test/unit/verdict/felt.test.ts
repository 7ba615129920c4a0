import { expect, test } from "vitest";
import type { Expectation } from "../../../src/records/conditions.ts";
import { dueBy, notFelt } from "../../../src/verdict/felt.ts";
import { sampleFacts, samplePlan } from "../../builders/sample-trial.ts";

const t0 = { at: 18_000, lo: 18_000, hi: 18_100 };
const facts = { ...sampleFacts({}, { t0 }), recovery: "not-disturbed" as const };
const detected = { withinMs: 8000, as: ["telemetry-failing"] };
const recovered = { withinMs: 20_000, by: "restart-replica", holdMs: 3000 };
const recordOf = (expected: Partial<Expectation>) => ({
  plan: { ...samplePlan("i", "treatment"), expect: { heldFire: false, never: [], ...expected } },
  timeline: [],
});

test("what users never felt need not be noticed where a recovery is expected", () => {
  const record = recordOf({ detected, recovered });
  expect(notFelt(record, facts, { t0, until: 40_000 })).toContain("there was nothing to notice");
});

test("where a detection alone is expected, it is a miss also when users never felt anything", () => {
  const record = recordOf({ detected });
  expect(notFelt(record, facts, { t0, until: 40_000 })).toBeUndefined();
  expect(dueBy(record, facts, t0)).toBe(26_100);
});
