import type { ArmName } from "../../../src/core/arms.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attribution } from "../../../src/records/results/attribution.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { measureTrial } from "../../../src/measure/facts/measure-trial.ts";
import { attribute, trialsNeeded } from "../../../src/verdict/attribution.ts";
import { judgeIntent } from "../../../src/verdict/judge-intent.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

function trial(name: StoryName): TrialResult {
  const record = tell(stories[name]);
  const facts = measureTrial(record);
  return { plan: record.plan, facts, verdict: judgeTrial(record, facts) };
}

const times = (n: number, result: TrialResult): TrialResult[] => Array.from({ length: n }, () => result);
const healed = trial("clean heal");
const never = trial("never recovers");
const stuck = trial("ablated, stays broken");
const lucky = trial("ablated, recovers by itself");
const byOther = trial("ablated, recovers by another action");
const loopStuck = trial("loop ablated, stays broken");
const loopLucky = trial("loop ablated, recovers by itself");
const aloneStuck = trial("unhealed, stays broken");
const aloneWell = trial("unhealed, recovers by itself");

const of = (...groups: readonly (readonly [number, TrialResult])[]): Attribution =>
  attribute(groups.flatMap(([n, one]) => times(n, one)));

describe("attribution", () => {
  it("is unproven with one trial per arm, and says how many would do", () => {
    expect(of([1, healed], [1, stuck])).toMatchObject({
      verdict: "UNPROVEN",
      treatment: { recovered: 1, of: 1 },
      ablation: { recovered: 0, of: 1 },
    });
    expect(of([1, healed], [1, stuck]).says).toContain("2 counted trials per arm");
  });

  it("is given when the whole interval of the difference lies above 0, with the numbers that led to it", () => {
    const found = of([3, healed], [3, stuck]);
    expect(found).toMatchObject({
      verdict: "ATTRIBUTED",
      confidence: 0.95,
      comparisons: [{ arm: "ablation", recovered: 0, of: 3, byOther: 0 }],
    });
    expect(found.difference?.lo).toBeGreaterThan(0);
    expect(found.comparisons?.[0]?.difference).toEqual(found.difference);
    expect(found.chance).toBeCloseTo(1 / 64, 9);
    expect(found.says).toBe(
      "3 of 3 recovered with the action, 0 of 3 without (difference 100 %, 95 % interval 20.5 % to 100 %); " +
        "with so many trials chance alone gives this verdict in at most 1.6 % of all runs in which the action does nothing",
    );
  });

  it("by two trials per arm is given too, and admits that chance alone would give it in 6 of 100 runs", () => {
    expect(of([2, healed], [2, stuck])).toMatchObject({
      verdict: "ATTRIBUTED",
      chance: expect.closeTo(0.0625, 9) as number,
    });
  });

  it("survives one lucky ablated trial among many, but not when the arms look alike", () => {
    expect(of([10, healed], [1, lucky], [9, stuck]).verdict).toBe("ATTRIBUTED");
    expect(of([3, healed], [2, lucky], [1, stuck]).verdict).toBe("SELF-RECOVERED");
    expect(of([1, healed], [1, lucky])).toMatchObject({ verdict: "SELF-RECOVERED" });
    expect(of([5, healed], [5, lucky]).says).toMatch(/; the stack recovers without the action too$/);
  });

  it("goes to no pathway when another one did it, even once", () => {
    const other = of([5, healed], [1, trial("wrong pathway")], [5, stuck]);
    expect(other.verdict).toBe("WRONG-PATHWAY");
    expect(other.says).toContain("1 of 6 recovered by restart-replica instead");
    const unclaimed = of([5, healed], [1, trial("unclaimed action")], [5, stuck]);
    expect(unclaimed.verdict).toBe("WRONG-PATHWAY");
    expect(unclaimed.says).toContain("by an action that nobody claimed instead");
  });

  it.each<[StoryName, string]>([
    ["recovers by itself", "nothing was done on the site"],
    ["acts elsewhere, recovers", "what was claimed was done elsewhere"],
    ["word without action, budget burnt", "the platform shows no side effect"],
  ])("needs claim and side effect on the site in every recovered trial: not given by “%s”", (name) => {
    const found = of([5, trial(name)], [5, stuck]);
    expect(found).toMatchObject({ verdict: "UNPROVEN", treatment: { recovered: 5, of: 5 } });
    expect(found.says).toContain("not seen in every recovered trial (claim and side effect on the site in 0 of 5)");
    expect(found.says).not.toContain("would prove it");
    expect(of([9, healed], [1, trial(name)], [9, stuck]).verdict).toBe("UNPROVEN");
  });

  it("has nothing to give when no treatment trial recovered, whatever the ablation did", () => {
    const none = of([4, never], [4, stuck]);
    expect(none).toMatchObject({ verdict: "UNPROVEN", treatment: { recovered: 0, of: 4 } });
    expect(none.says).toMatch(/; no treatment trial recovered, so there is nothing to attribute$/);
    expect(of([4, never], [4, lucky]).verdict).toBe("UNPROVEN");
    expect(of([4, trial("relapse")], [4, stuck]).verdict).toBe("UNPROVEN");
  });

  it("of nothing at all is unproven, without an interval", () => {
    const none = attribute([]);
    expect(none).toMatchObject({ verdict: "UNPROVEN", treatment: { of: 0 }, ablation: { of: 0 } });
    expect(none).not.toHaveProperty("difference");
    expect(of([3, healed])).toMatchObject({ verdict: "UNPROVEN", ablation: { recovered: 0, of: 0 } });
    expect(of([3, healed]).comparisons).toMatchObject([{ arm: "ablation", of: 0 }]);
    expect(of([3, stuck])).toMatchObject({ verdict: "UNPROVEN", treatment: { recovered: 0, of: 0 } });
  });

  it("does not promise proof where both arms recover alike", () => {
    expect(trialsNeeded({ hits: 3, of: 3 }, { hits: 3, of: 3 })).toBeUndefined();
    expect(trialsNeeded({ hits: 0, of: 0 }, { hits: 0, of: 0 })).toBe(2);
    expect(trialsNeeded({ hits: 1, of: 1 }, { hits: 0, of: 1 }, 0.9975)).toBe(4);
  });

  it("says that another action can do it when one did in the ablated arm, and does not call that self-recovered", () => {
    const found = of([5, healed], [5, byOther]);
    expect(found).toMatchObject({
      verdict: "UNPROVEN",
      ablation: { recovered: 5, of: 5 },
      comparisons: [{ byOther: 5 }],
    });
    expect(found.says).toContain("without the action restart-replica did it in 5 of 5: another action can do it");
    expect(found.comparisons?.[0]?.says).toContain("without the action 5 of 5 recovered, 5 of them by restart-replica");
    expect(of([5, healed], [4, byOther], [1, lucky]).verdict).toBe("SELF-RECOVERED");
    expect(of([10, healed], [1, byOther], [9, stuck]).verdict).toBe("ATTRIBUTED");
  });

  it("counts no ablation that left the declared action on", () => {
    const elsewhere = times(5, stuck).map((one) => ({ ...one, plan: { ...one.plan, ablated: ["restart-replica"] } }));
    expect(attribute([...times(5, healed), ...elsewhere])).toMatchObject({ verdict: "UNPROVEN", ablation: { of: 0 } });
  });
});

describe("trials that tell nothing", () => {
  const silent: readonly StoryName[] = [
    "probe blinded",
    "load stopped",
    "feed cut",
    "broken before",
    "effect not confirmed",
    "toxic left",
    "not disturbed",
    "not disturbed, and a record lost",
    "ablated, never broke",
    "ablated, never broke, and a record lost",
    "ablated, effect not confirmed",
    "ablated, good too briefly",
    "unhealed, never broke",
    "unhealed, broken before",
    "unhealed, but the healer was on",
  ];

  it.each(silent)("“%s” changes neither counts nor verdict", (name) => {
    const { verdict, treatment, ablation } = of([3, healed], [3, stuck], [5, trial(name)]);
    expect({ verdict, treatment, ablation }).toEqual({
      verdict: "ATTRIBUTED",
      treatment: { recovered: 3, of: 3 },
      ablation: { recovered: 0, of: 3 },
    });
  });
});

describe("arms beside ablation", () => {
  it("are shown with their counts and intervals", () => {
    const found = of([4, healed], [4, stuck], [4, loopStuck], [4, aloneStuck]);
    expect(found.verdict).toBe("ATTRIBUTED");
    expect(found.comparisons?.map(({ arm, recovered, of: n }) => [arm, recovered, n])).toEqual([
      ["ablation", 0, 4],
      ["loop-ablation", 0, 4],
      ["unhealed", 0, 4],
    ]);
    for (const { difference } of found.comparisons ?? []) expect(difference?.lo).toBeGreaterThan(0);
    expect(found.says).toContain(", 0 of 4 without any action of the loop, 0 of 4 without the healer;");
  });

  it("that recover as the treatment does make it self-recovered, however the ablation came out", () => {
    const alone = of([4, healed], [4, stuck], [4, aloneWell]);
    expect(alone.verdict).toBe("SELF-RECOVERED");
    expect(alone.says).toContain("the stack recovers without the healer too");
    const both = of([4, healed], [4, stuck], [4, loopLucky], [4, aloneWell]);
    expect(both.says).toContain("the stack recovers without any action of the loop and without the healer too");
    expect(of([10, healed], [10, stuck], [1, aloneWell], [9, aloneStuck]).verdict).toBe("ATTRIBUTED");
  });

  it("do not prove which action it was: that takes an ablation", () => {
    const found = of([6, healed], [6, loopStuck]);
    expect(found).toMatchObject({ verdict: "UNPROVEN", ablation: { of: 0 } });
    expect(found.says).toContain("the healer did it, but which of its actions needs the arm ablation");
  });

  it("belong to the intent's result, whichever of them it asks for", () => {
    const meta = { id: "a/b", title: "t", belief: "b", target: "told" };
    const judged = (arms: readonly ArmName[], trials: readonly TrialResult[]) => judgeIntent({ ...meta, arms }, trials);
    expect(judged(["treatment", "unhealed"], [healed, aloneStuck]).attribution?.gain).toBeDefined();
    expect(judged(["treatment", "loop-ablation"], [healed, loopStuck]).attribution?.verdict).toBe("UNPROVEN");
    expect(judged(["treatment"], [healed])).not.toHaveProperty("attribution");
    expect(judged(["treatment", "unhealed"], [healed, aloneWell]).outcome).toBe("pass");
    expect(judged(["treatment", "unhealed"], [healed])).toMatchObject({
      outcome: "inconclusive",
      says: "no trial ran in the unhealed arm",
    });
  });
});

describe("the gain over no healer", () => {
  it("is a difference of shares with an interval, and refuses to compare times that are too few", () => {
    const { gain } = of([4, healed], [4, aloneStuck]);
    expect(gain?.recovery).toMatchObject({ value: 1, hi: 1 });
    expect(gain?.recovery?.lo).toBeGreaterThan(0);
    expect(gain).not.toHaveProperty("times");
    expect(gain?.says).toMatch(
      /^gain over no healer: 4 of 4 recovered for good with it, 0 of 4 without \(difference 100 %, .*\); times to recovery are not compared: a log-rank test needs 5 expected ends in each set, there are \d/,
    );
  });

  it("compares times by a log-rank test where there are enough of them", () => {
    const { gain } = of([20, healed], [20, aloneStuck]);
    expect(gain?.times?.p).toBeLessThan(0.001);
    expect(gain?.says).toMatch(/; times to recovery differ by a log-rank test with p = /);
    // Both at the same times: nothing to tell apart, and nothing is.
    expect(of([20, healed], [20, aloneWell]).gain?.says).toContain(
      "not compared: a log-rank test needs ends at two times",
    );
  });

  it("takes a recovery that relapsed for none, on both sides", () => {
    const relapsed = trial("unhealed, recovers and relapses");
    expect(of([4, healed], [4, relapsed]).gain?.says).toContain("0 of 4 without");
    expect(of([4, trial("relapse")], [4, aloneStuck]).gain?.recovery?.value).toBe(0);
  });

  it("is not known without trials that tell, and absent without the arm", () => {
    expect(of([4, healed], [4, trial("unhealed, never broke")]).gain).toEqual({
      says: "gain: not known, no trial of the arm unhealed tells whether the stack recovered",
    });
    expect(of([4, aloneStuck]).gain?.says).toContain("no trial of the arm treatment");
    expect(of([4, healed], [4, stuck])).not.toHaveProperty("gain");
  });
});

describe("a run that might have ended early", () => {
  const looked = (result: TrialResult): TrialResult => ({
    ...result,
    plan: { ...result.plan, sequential: { most: 20, looks: 20 } },
  });

  it("needs an interval above 0 at the confidence that its looks share, and says so", () => {
    const few = of([3, looked(healed)], [3, looked(stuck)]);
    expect(few).toMatchObject({ verdict: "UNPROVEN", confidence: expect.closeTo(0.9975, 12) as number });
    expect(few.says).toContain("4 counted trials per arm at these rates would prove it");
    const enough = of([4, looked(healed)], [4, looked(stuck)]);
    expect(enough.verdict).toBe("ATTRIBUTED");
    expect(enough).not.toHaveProperty("chance");
    expect(enough.says).toContain("99.75 % interval 1.6 % to 100 %");
    expect(enough.says).toMatch(
      /the run might end at each of 20 looks \(at most 20 trials in each arm\), so that each interval shares its error with 19 others$/,
    );
    expect(enough.gain).toBeUndefined();
  });
});

describe("attribution of any trials", () => {
  const kinds = [healed, never, stuck, lucky, byOther, loopStuck, loopLucky, aloneStuck, aloneWell] as const;
  const some = fc.array(fc.constantFrom(...kinds), { maxLength: 40 });
  const proven = fc
    .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 }), fc.nat(2), fc.nat(2))
    .map(([n, m, misses, luck]) => [
      ...times(n, healed),
      ...times(Math.min(misses, n - 1), never),
      ...times(m, stuck),
      ...times(Math.min(luck, m - 1), lucky),
    ])
    .filter((trials) => attribute(trials).verdict === "ATTRIBUTED");

  it("is never ATTRIBUTED when the ablated arm recovers as often, or any arm recovers as often by itself", () => {
    fc.assert(
      fc.property(some, (trials) => {
        const { verdict, treatment, comparisons = [] } = attribute(trials);
        if (verdict !== "ATTRIBUTED") return;
        for (const { recovered, of: n, arm } of comparisons)
          if (n > 0 || arm === "ablation") expect(recovered / n).toBeLessThan(treatment.recovered / treatment.of);
      }),
      { numRuns: 500 },
    );
  });

  it("never turns away from ATTRIBUTED by evidence for it, nor towards it by evidence against it", () => {
    fc.assert(
      fc.property(proven, fc.integer({ min: 1, max: 10 }), (trials, more) => {
        for (const one of [healed, stuck, loopStuck, aloneStuck])
          expect(attribute([...trials, ...times(more, one)]).verdict).toBe("ATTRIBUTED");
      }),
    );
    fc.assert(
      fc.property(some, fc.constantFrom(never, lucky, byOther, loopLucky, aloneWell), (trials, against) => {
        if (attribute(trials).verdict !== "ATTRIBUTED")
          expect(attribute([...trials, against]).verdict).not.toBe("ATTRIBUTED");
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on the order of the trials, and always says why", () => {
    fc.assert(
      fc.property(some, (trials) => {
        const found = attribute(trials);
        expect(attribute(trials.toReversed())).toEqual(found);
        expect(found.says).not.toMatch(/undefined|NaN|Infinity/);
        for (const { lo, hi, value } of (found.comparisons ?? []).flatMap(({ difference }) => difference ?? []))
          expect(lo <= value && value <= hi).toBe(true);
      }),
    );
  });
});
