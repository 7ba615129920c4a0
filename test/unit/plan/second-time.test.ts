import { describe, expect, test } from "vitest";
import { siteName } from "../../../src/core/controls.ts";
import type { TrialDigest } from "../../../src/core/digest.ts";
import { HarnessError } from "../../../src/core/errors.ts";
import type { Intent } from "../../../src/core/intent.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { makeSchedule } from "../../../src/plan/schedule.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const { intent: base } = lintIntentText(soundIntent, "experiments/network/slow.yaml", context);
if (!base) throw new Error("the fixture is not sound");
const twice: Intent = {
  ...base,
  arms: ["treatment", "learned", "forgotten"],
  again: { detectedMs: 1000, recoveredMs: 5000 },
};

function plans(seed: number, trials = 6, intent: Intent = twice): TrialPlan[] {
  return makePlans([intent], new Map([["shop", shop]]), { runId: "r1", seed, trials });
}

function planOf(all: readonly TrialPlan[], arm: string, index: number): TrialPlan {
  const found = all.find((plan) => plan.arm === arm && plan.index === index);
  if (found === undefined) throw new Error(`no ${arm}-${index}`);
  return found;
}

const sitesOf = ({ disturbances }: TrialPlan): string[] => disturbances.map(({ site }) => siteName(site));

describe("a second occurrence", () => {
  test("hits another replica by another seed, and the same ones in both arms", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const all = plans(seed);
      for (let index = 1; index <= 6; index += 1) {
        const first = planOf(all, "treatment", index);
        const [kept, emptied] = [planOf(all, "learned", index), planOf(all, "forgotten", index)];
        expect(sitesOf(kept)).not.toEqual(sitesOf(first));
        expect(kept.seed).not.toBe(first.seed);
        expect({ ...emptied, arm: "", learning: "", expect: "" }).toEqual({
          ...kept,
          arm: "",
          learning: "",
          expect: "",
        });
      }
    }
  });

  test("comes after the first one, whatever was drawn", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const order = plans(seed);
      for (const second of order.filter(({ arm }) => arm !== "treatment")) {
        expect(order.indexOf(planOf(order, "treatment", second.index))).toBeLessThan(order.indexOf(second));
      }
    }
  });

  test("is asked for more only where the healer has kept what it learned, and is watched as long", () => {
    const all = plans(1);
    const [first, kept, emptied] = ["treatment", "learned", "forgotten"].map((arm) => planOf(all, arm, 1));
    expect(kept?.expect.detected?.withinMs).toBe(1000);
    expect(kept?.expect.recovered?.withinMs).toBe(5000);
    expect(emptied?.expect).toEqual(first?.expect);
    expect([first?.learning, kept?.learning, emptied?.learning]).toEqual(["lesson", "kept", "emptied"]);
    expect(kept?.watchMs).toBe(first?.watchMs);
  });

  test("is refused without a first one, and where no other replica is left", () => {
    const alone = (): unknown => makePlans([twice], new Map([["shop", shop]]), { runId: "r1", arms: ["learned"] });
    expect(alone).toThrow(HarnessError);
    const only = shop.services.map((service) => ({ ...service, replicas: service.replicas.slice(0, 1) }));
    const lonely = { ...shop, services: only };
    expect(() => makePlans([twice], new Map([["shop", lonely]]), { runId: "r1" })).toThrow(HarnessError);
  });

  test("is not begun before its first one has ended, though others may run beside it", () => {
    const schedule = makeSchedule(plans(3, 2), { stopping: new Map(), enough: () => ({ enough: false, because: "" }) });
    const begun: TrialPlan[] = [];
    for (let plan = schedule.next(0); plan !== undefined; plan = schedule.next(0)) begun.push(plan);
    expect(begun.map(({ learning }) => learning)).toEqual(["lesson", "lesson"]);
    const [first] = begun;
    if (first === undefined) throw new Error("nothing was begun");
    schedule.ended(first, {} as TrialDigest, 1);
    const next = [schedule.next(0), schedule.next(0), schedule.next(0)];
    expect(next.map((plan) => plan?.index)).toEqual([first.index, first.index, undefined]);
  });

  test("leaves an intent without these arms as it was", () => {
    const plain = plans(1, 2, base);
    expect(plain.every((plan) => plan.learning === undefined)).toBe(true);
  });
});
