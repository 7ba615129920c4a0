// A plan that is drawn from a seed.

import type { ArmName } from "../../src/core/arms.ts";
import type { Condition } from "../../src/records/conditions.ts";
import type { PlannedDisturbance, TrialPlan } from "../../src/records/plan.ts";
import { Dice } from "./dice.ts";
import { basePlan, loadTimes } from "./simulated-trial.ts";

const users = (name: string, expression: string, back?: string): Condition => ({
  name,
  expression,
  view: "users",
  ...(back !== undefined && { back }),
});
const whole: Condition = { name: "index-whole", expression: "retrieval.self >= 0.95", view: "state" };
const conditionSets: readonly (readonly Condition[])[] = [
  [users("fine", "users.bad_share <= 0.2"), whole],
  [users("fast", "users.slow_share <= 0.3")],
  [
    users("answered", "users.error_share <= 0.15"),
    users("fast", "users.slow_share <= baseline.users.slow_share + 0.25"),
  ],
  [whole],
  [users("fine", "users.bad_share <= 0.4", "users.bad_share <= 0.1"), whole],
];

/** Any plan: what it asks for need not make sense. */
export function planFrom(dice: Dice): TrialPlan {
  const arm = dice.of<ArmName>(
    ...Array<ArmName>(8).fill("treatment"),
    "ablation",
    "ablation",
    "loop-ablation",
    "unhealed",
    "placebo",
    "look-alike",
  );
  const badAfter = dice.whole(1, 3);
  const holdMs = dice.between(600, 2500);
  const hasFeed = arm !== "unhealed" && dice.chance(0.92);
  const slo = dice.of(0.5, 0.9, 0.95, 0.99);
  const disturbances: Record<string, readonly PlannedDisturbance[]> = {
    placebo: [],
    "look-alike": [loadTimes(1.5)],
  };
  return {
    ...basePlan,
    arm,
    load: { ...basePlan.load, ratePerSecond: dice.of(6, 10, 14), slowOverMs: dice.of(300, 700), timeoutMs: 2000 },
    steady: {
      windowMs: dice.of(300, 500, 700),
      badAfter,
      ...(dice.chance(0.3) && { badOf: badAfter + dice.whole(0, 2) }),
      conditions: dice.of(...conditionSets),
    },
    disturbances: disturbances[arm] ?? basePlan.disturbances,
    expect: {
      ...(dice.chance(0.9) && { detected: { withinMs: dice.between(300, 5000), as: dice.of(["index-damaged"], []) } }),
      ...(dice.chance(0.9) && { recovered: { withinMs: dice.between(1000, 8000), by: "restore-index", holdMs } }),
      heldFire: arm === "placebo" || arm === "look-alike",
      ...(dice.chance(0.8) && { budget: { slo, maxBurn: dice.between(0.5, 15) } }),
      never: dice.of([], basePlan.expect.never),
    },
    ablated: arm === "ablation" ? ["restore-index"] : arm === "loop-ablation" ? basePlan.targetFacts.pathways : [],
    holdMs,
    watchMs: 10_000,
    targetFacts: {
      ...basePlan.targetFacts,
      hasFeed,
      ...(dice.chance(0.2) && { traits: { "restore-index": { tier: "high" as const } } }),
    },
  };
}
