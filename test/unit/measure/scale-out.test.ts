// A healer that repairs by adding a replica: what counts as recovered when there are more replicas than before.

import { expect, test } from "vitest";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import { measureTrial } from "../../builders/measured.ts";

/** Two replicas; one is lost at 6 s, a new one serves from 8 s on, and the lost one is back at 10 s. */
const replicasAt = (at: number): number => (at < 6010 ? 2 : at < 8000 ? 1 : at < 10_000 ? 2 : 3);

function recoveryBy(expression: string) {
  const record = tell({
    plan: {
      steady: { ...basePlan.steady, conditions: [{ name: "whole", expression, view: "state" }] },
      targetFacts: { ...basePlan.targetFacts, stateProbes: [{ name: "replicas.inference", everyMs: 250 }] },
    },
    phases: { boot: 0, warmup: 1000, baseline: 2000, inject: 6000, observe: 6100, revert: 24_000, teardown: 25_000 },
    fate: () => ({ latencyMs: 30 }),
    fault: { applying: 6000, harmFrom: 6010, confirmed: 6050 },
    state: (at) => ({ "replicas.inference": replicasAt(at) }),
  });
  return measureTrial(record);
}

test("replicas that are at least as many as before are whole, also when there are more", () => {
  const { recovery, marks, relapse } = recoveryBy("replicas.inference >= baseline.replicas.inference");
  expect(recovery).toBe("healed");
  expect(Math.abs((marks.t6?.at ?? 0) - 8000)).toBeLessThan(300);
  expect(relapse.at).toBeUndefined();
});

test("replicas that must be just as many never come back once the healer has added one for good", () => {
  expect(recoveryBy("replicas.inference == baseline.replicas.inference").recovery).toBe("not-recovered");
});
