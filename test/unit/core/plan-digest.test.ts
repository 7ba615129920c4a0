import { expect, it } from "vitest";
import { planDigest } from "../../../src/core/plan-digest.ts";
import type { PlannedLevel, TrialPlan } from "../../../src/records/plan.ts";
import { samplePlan } from "../../builders/sample-trial.ts";

/** The sample's plan at a dose, which was asked for as a level or written. */
function planAt(latency: string, level?: Pick<PlannedLevel, "intended" | "dose">): TrialPlan {
  const plan = samplePlan("network/inference-latency", "treatment");
  const known = level && { ...level, param: "latency", unit: "ms" as const, key: "k", trials: 7 };
  const disturbances = plan.disturbances.map((one) => ({
    ...one,
    params: { latency, jitter: "5ms" },
    ...(known && { level: known }),
  }));
  return { ...plan, disturbances };
}

it("a level that gets another dose is the same plan; another level, or another written dose, is none", () => {
  const first = planDigest(planAt("403ms", { intended: "significant", dose: 403 }));
  expect(planDigest(planAt("510ms", { intended: "significant", dose: 510 }))).toBe(first);
  expect(planDigest(planAt("403ms", { intended: "noticeable", dose: 403 }))).not.toBe(first);
  expect(planDigest(planAt("403ms"))).not.toBe(first);
  expect(planDigest(planAt("403ms"))).not.toBe(planDigest(planAt("510ms")));
});
