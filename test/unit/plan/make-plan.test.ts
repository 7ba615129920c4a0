import type { ArmName } from "../../../src/core/arms.ts";
import { describe, expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import type { Intent, Selector } from "../../../src/core/intent.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { trialName } from "../../../src/core/plan.ts";
import type { Target } from "../../../src/core/target.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { context, shop, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

function intentOf(text: string, file: string): Intent {
  const { intent, problems } = lintIntentText(text, file, context);
  if (!intent) throw new Error(JSON.stringify(problems));
  return intent;
}

const slow = intentOf(soundIntent, "experiments/network/slow.yaml");
const placebo = intentOf(soundControl, "experiments/control/placebo.yaml");
const targets = new Map([["shop", shop]]);
const armed: Intent = { ...slow, arms: ["treatment", "ablation", "loop-ablation", "unhealed"] };

function plansFor(
  intents: readonly Intent[],
  options: { seed?: number; trials?: number; arms?: ArmName[] } = {},
): TrialPlan[] {
  return makePlans(intents, targets, { runId: "r1", ...options });
}

function on(selector: Selector): Intent {
  return { ...slow, disturbances: [{ fault: "process.kill", on: selector, params: {} }] };
}

function refusal(intents: readonly Intent[], all: ReadonlyMap<string, Target> = targets): string[] {
  try {
    makePlans(intents, all, { runId: "r1" });
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bad-input") return thrown.problems.map(({ found }) => found);
  }
  return [];
}

describe("chance", () => {
  test("the same seed gives the same plans, another seed gives other plans", () => {
    const many = { trials: 8 };
    expect(plansFor([slow, placebo], { ...many, seed: 1 })).toEqual(plansFor([slow, placebo], { ...many, seed: 1 }));
    expect(plansFor([slow, placebo], { ...many, seed: 1 })).not.toEqual(
      plansFor([slow, placebo], { ...many, seed: 2 }),
    );
    const sites = (seed: number): string[] =>
      plansFor([slow], { trials: 8, seed, arms: ["treatment"] }).map((plan) => JSON.stringify(plan.disturbances));
    expect(sites(1)).not.toEqual(sites(2));
  });

  test("the intent's own seed is used unless the run overrides it", () => {
    expect(plansFor([slow])).toEqual(plansFor([slow], { seed: slow.seed }));
    expect(plansFor([slow])).not.toEqual(plansFor([{ ...slow, seed: 8 }]));
  });

  test("arms of one index share seed, sites and wait, and differ between indexes", () => {
    const plans = plansFor([armed], { trials: 10 });
    const blocks = Array.from({ length: 10 }, (_, at) => plans.filter((plan) => plan.index === at + 1));
    for (const block of blocks) {
      expect(new Set(block.map((plan) => plan.arm))).toEqual(new Set(armed.arms));
      const shared = block.map((plan) => JSON.stringify([plan.seed, plan.disturbances, plan.injectAfterMs, plan.load]));
      expect(new Set(shared).size).toBe(1);
    }
    expect(new Set(blocks.map(([first]) => first?.seed)).size).toBe(10);
  });

  test("over many seeds every arm comes at every place of its block about equally often", () => {
    const seeds = Array.from({ length: 400 }, (_, at) => at + 1);
    const counts = armed.arms.map(() => armed.arms.map(() => 0));
    for (const seed of seeds) {
      const plans = plansFor([armed], { trials: 2, seed });
      for (const index of [1, 2])
        for (const [place, plan] of plans.filter((one) => one.index === index).entries())
          counts[armed.arms.indexOf(plan.arm)]![place]! += 1;
    }
    // 800 blocks, 200 expected at each of 16 places; the chi-square of 9 degrees of freedom is over 33.7 once in
    // 10,000.
    const chiSquare = counts.flat().reduce((sum, seen) => sum + (seen - 200) ** 2 / 200, 0);
    expect(chiSquare).toBeLessThan(33.7);
    const order = (seed: number): string[] => plansFor([armed], { trials: 3, seed }).map(trialName);
    for (const seed of seeds.slice(0, 20)) expect(order(seed)).toEqual(order(seed));
  });

  test("over many trials every fitting replica is chosen and the wait fills its range", () => {
    const plans = plansFor([slow], { trials: 100, arms: ["treatment"] });
    const replicas = plans.flatMap((plan) =>
      plan.disturbances.map((item) => (item.type === "fault" ? item.site.replica : "")),
    );
    expect(new Set(replicas)).toEqual(new Set(["inference-1", "inference-2"]));
    const waits = plans.map(({ injectAfterMs }) => injectAfterMs);
    expect(Math.min(...waits)).toBeLessThan(100);
    expect(Math.max(...waits)).toBeGreaterThan(900);
    expect(waits.every((wait) => wait >= 0 && wait <= 1000 && Number.isInteger(wait))).toBe(true);
  });

  test("the shortest of the trials with which intents begin comes first; arms stay as they were drawn", () => {
    const plans = plansFor([slow, placebo], { trials: 3 });
    const begins = ["network/slow", "control/placebo"].map((id) => plans.find(({ intent }) => intent === id));
    const estimates = plans.map(({ estimateMs }) => estimateMs);
    expect(estimates[0]).toBe(Math.min(...begins.map((plan) => plan?.estimateMs ?? Number.NaN)));
    expect(new Set(estimates).size).toBeGreaterThan(1);
  });

  test("trials are interleaved: all first ones come before any second one, not always in the same order", () => {
    const plans = plansFor([slow, placebo], { trials: 12 });
    expect(plans.map(({ index }) => index)).toEqual(plans.map(({ index }) => index).toSorted((a, b) => a - b));
    const orders = Array.from({ length: 12 }, (_, at) =>
      plans.filter(({ index }) => index === at + 1).map(({ intent, arm }) => `${intent} ${arm}`),
    );
    expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(1);
    expect(new Set(orders.map((order) => order.toSorted().join())).size).toBe(1);
  });
});

describe("what a trial is told", () => {
  const plans = plansFor([slow], { trials: 1 });
  const arm = (name: ArmName): TrialPlan | undefined => plans.find((plan) => plan.arm === name);

  test("only the ablation arm makes the declared pathway a no-op", () => {
    expect(arm("ablation")?.ablated).toEqual(["redistribute-traffic"]);
    expect(arm("treatment")?.ablated).toEqual([]);
    expect(plansFor([placebo])[0]?.ablated).toEqual([]);
  });

  test("an ablation takes away what the intent names, a loop-ablation every pathway of the target, unhealed none", () => {
    const ablate = ["redistribute-traffic", "restart-replica"];
    const of = (intent: Intent, name: ArmName): readonly string[] | undefined =>
      plansFor([intent], { trials: 1 }).find((plan) => plan.arm === name)?.ablated;
    expect(of({ ...armed, ablate }, "ablation")).toEqual(ablate);
    expect(of(armed, "ablation")).toEqual(["redistribute-traffic"]);
    expect(of(armed, "loop-ablation")).toEqual(["restart-replica", "redistribute-traffic"]);
    expect(of(armed, "unhealed")).toEqual([]);
  });

  test("a feed is expected in every arm but the one without a healer", () => {
    for (const plan of plansFor([armed], { trials: 1 })) expect(plan.targetFacts.hasFeed).toBe(plan.arm !== "unhealed");
  });

  test("it is watched until τ, or as long as a control says", () => {
    expect(arm("treatment")?.watchMs).toBe(15_000);
    expect(arm("treatment")?.holdMs).toBe(3000);
    expect(plansFor([placebo])[0]?.watchMs).toBe(10_000);
  });

  test("it carries what the target declared", () => {
    expect(arm("treatment")?.targetFacts).toEqual({
      hasFeed: true,
      pathways: ["restart-replica", "redistribute-traffic"],
      traits: { "redistribute-traffic": { tier: "low", weight: 2 } },
      dataProbes: ["records.vector"],
      stateProbes: [
        { name: "replicas.inference", everyMs: 200 },
        { name: "recall.vector", everyMs: 1000 },
        { name: "records.vector", everyMs: 500 },
      ],
    });
  });

  test("the estimate covers every phase, and is never less than what must pass", () => {
    const ablation = arm("ablation");
    expect(ablation?.estimateMs).toBe(4000 + 1500 + 4000 + (ablation?.injectAfterMs ?? 0) + 15_000 + 2000);
    expect(arm("treatment")?.estimateMs).toBeLessThan(ablation?.estimateMs ?? 0);
  });

  test("it survives being written as JSON", () => {
    expect(JSON.parse(JSON.stringify(plans))).toEqual(plans);
  });

  test("a run may ask for more trials and fewer arms", () => {
    expect(plansFor([slow], { trials: 3, arms: ["treatment"] }).map(trialName)).toEqual([
      "network/slow treatment-1",
      "network/slow treatment-2",
      "network/slow treatment-3",
    ]);
    expect(plansFor([placebo], { arms: ["treatment"] })).toEqual([]);
  });

  test("a fault that acts on no replica has an empty site", () => {
    expect(plansFor([placebo])[0]?.disturbances).toMatchObject([
      { fault: "nothing", site: { service: "", replica: "" } },
    ]);
    const bump: Intent = { ...placebo, disturbances: [{ fault: "load.change", params: { times: 1.5 } }] };
    expect(plansFor([bump])[0]?.disturbances).toMatchObject([
      { fault: "load.change", site: { service: "", replica: "" }, params: { times: 1.5 } },
    ]);
  });
});

describe("who is hit", () => {
  const sitesOf = (selector: Selector): unknown[] =>
    plansFor([on(selector)], { trials: 1, arms: ["treatment"] }).flatMap(({ disturbances }) =>
      disturbances.map((item) => (item.type === "fault" ? item.site : null)),
    );

  test("as many different replicas as asked for, each with a seed of its own", () => {
    const sites = sitesOf({ service: "vector", count: 2 });
    expect(new Set(sites.map((site) => JSON.stringify(site))).size).toBe(2);
    const [plan] = plansFor([on({ service: "vector", count: 2 })], { arms: ["treatment"] });
    const seeds = plan?.disturbances.map((item) => (item.type === "fault" ? item.seed : 0)) ?? [];
    expect(new Set(seeds).size).toBe(2);
  });

  test("on an edge only replicas that are reached by it", () => {
    expect(sitesOf({ service: "vector", count: 1, edgeFrom: "gateway" })).toEqual([
      { service: "vector", replica: "vector-1", edgeFrom: "gateway" },
    ]);
  });

  test("a share is rounded down and is at least one replica", () => {
    expect(sitesOf({ service: "vector", share: 0.5 })).toHaveLength(2);
    expect(sitesOf({ service: "vector", share: 0.01 })).toHaveLength(1);
  });

  test.each<[string, Selector, string]>([
    [
      "all replicas",
      { service: "inference", count: 2 },
      "process.kill: 2 of the 2 replicas of inference, which is everything",
    ],
    [
      "the only replica",
      { service: "gateway", count: 1 },
      "process.kill: 1 of the 1 replicas of gateway, which is everything",
    ],
    ["neither count nor share", { service: "vector" }, "process.kill: 0 of the 5 replicas of vector, which is nothing"],
    ["more than half", { service: "vector", count: 3 }, "process.kill: 3 of the 5 replicas of vector"],
    ["none", { service: "vector", count: 0 }, "process.kill: 0 of the 5 replicas of vector, which is nothing"],
    ["an unknown service", { service: "nobody", count: 1 }, 'process.kill: no service "nobody" in shop'],
    [
      "more edges than there are",
      { service: "vector", count: 2, edgeFrom: "gateway" },
      "process.kill: 1 replicas of vector with an edge from gateway",
    ],
  ])("%s is refused", (_, selector, found) => {
    expect(refusal([on(selector)])).toEqual([found]);
  });

  test("what is small alone but everything together is refused", () => {
    const hit = (fault: string) => ({ fault, on: { service: "vector", count: 2 }, params: {} }) as const;
    const many = { ...slow, disturbances: ["a", "b", "c", "d"].map(hit) };
    expect(refusal([many])[0]).toMatch(/^[345] of the 5 replicas of vector/);
  });

  test("one fault never hits a site twice: disturbances share out what there is, or are refused", () => {
    const kill = { fault: "process.kill", on: { service: "vector", count: 1 }, params: {} } as const;
    const limits = { limits: { maxShare: 1 } };
    const plans = plansFor([{ ...slow, ...limits, disturbances: [kill, kill, kill, kill] }], { trials: 20 });
    for (const { disturbances } of plans) {
      const sites = disturbances.map((item) => (item.type === "fault" ? item.site.replica : ""));
      expect(new Set(sites).size).toBe(4);
    }
    const tooMany = { ...slow, ...limits, disturbances: Array.from({ length: 6 }, () => kill) };
    expect(refusal([tooMany])[0]).toBe("process.kill: 0 replicas of vector that are not hit yet");
  });

  test("all replicas of a service are hit only when selector and limits both say so, and the target does not forbid it", () => {
    const all = { ...on({ service: "gateway", count: "all" }), limits: { maxShare: 1 } };
    const [plan] = plansFor([all]);
    expect(plan?.disturbances).toMatchObject([{ site: { service: "gateway", replica: "gateway" } }]);
    expect(plan?.takesWholeService).toEqual(["gateway"]);
    expect(plansFor([slow])[0]).not.toHaveProperty("takesWholeService");
    const refused = ["process.kill: 1 of the 1 replicas of gateway, which is everything"];
    expect(refusal([on({ service: "gateway", count: "all" })])).toEqual(refused);
    expect(refusal([{ ...all, limits: { maxShare: 0.99 } }])).toEqual(refused);
    expect(refusal([{ ...on({ service: "gateway", count: 1 }), limits: { maxShare: 1 } }])).toEqual(refused);
    const capped = new Map([["shop", { ...shop, limits: { maxShare: 0.9 } }]]);
    expect(refusal([all], capped)).toEqual(refused);
  });

  test("a target that does not allow chaos is not planned for, whatever else is", () => {
    const forbidden = new Map([["shop", { ...shop, chaosAllowed: false }]]);
    expect(refusal([slow], forbidden)).toEqual(['no "chaos: allowed" in the target shop']);
    expect(refusal([slow, { ...slow, target: "gone" }], forbidden)).toHaveLength(2);
  });
});
