import type { ArmName } from "../../../src/core/arms.ts";
import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { judgeIntent } from "../../../src/verdict/judge-intent.ts";
import { trial, healed, stuck, loopStuck, loopLucky, aloneStuck, aloneWell, of } from "./attribution-cases.ts";

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
    expect(gain?.says).toMatch(/; times to recovery differ by a log-rank test with p [<=] /);
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
