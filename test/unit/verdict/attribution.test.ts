import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attribute, trialsNeeded } from "../../../src/verdict/attribution.ts";
import type { StoryName } from "../../golden/stories.ts";
import {
  trial,
  times,
  healed,
  never,
  stuck,
  lucky,
  byOther,
  loopStuck,
  loopLucky,
  aloneStuck,
  aloneWell,
  of,
} from "./attribution-cases.ts";

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
    const waitedOut = trial("waited out");
    const none = of([4, waitedOut], [4, stuck]);
    expect(none).toMatchObject({ verdict: "UNPROVEN", treatment: { recovered: 0, of: 4 } });
    expect(none.says).toMatch(/; no treatment trial recovered, so there is nothing to attribute$/);
    expect(of([4, waitedOut], [4, lucky]).verdict).toBe("UNPROVEN");
    expect(of([4, trial("relapse")], [4, stuck]).verdict).toBe("UNPROVEN");
  });

  it("goes to no pathway when nothing recovered and another action was done in each trial, and names that action", () => {
    const wrong = of([2, never], [2, stuck]);
    expect(wrong).toMatchObject({ verdict: "WRONG-PATHWAY", treatment: { recovered: 0, of: 2 } });
    expect(wrong.says).toMatch(/; restart-replica was done instead in 2 of 2, which did not repair it$/);
    // Where the declared action was done once and repaired nothing, it is not the choice alone that is in question.
    expect(of([4, never], [1, trial("waited out")], [5, stuck]).verdict).toBe("UNPROVEN");
    expect(of([4, never], [1, healed], [5, stuck]).verdict).not.toBe("WRONG-PATHWAY");
  });

  it("does not blame the choice where the declared action was done first and repaired nothing", () => {
    const escalated = trial("declared, then escalated");
    const found = of([2, escalated], [2, stuck]);
    expect(found).toMatchObject({ verdict: "UNPROVEN", treatment: { recovered: 0, of: 2 } });
    expect(found.says).not.toContain("instead");
    expect(of([1, never], [1, escalated], [2, stuck]).verdict).toBe("UNPROVEN");
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
