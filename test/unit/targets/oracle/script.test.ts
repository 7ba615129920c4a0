// The oracle's script against its own truth: what is written down is what a user of that instant would have got.

import { describe, expect, it } from "vitest";
import { conditionAt, scriptOf, shapes, type ClaimType, type Script } from "../../../../targets/oracle/script.ts";
import { truthOf, type Truth } from "../../../../targets/oracle/truth.ts";

const slowOverMs = 100;
const seeds = Array.from({ length: 200 }, (_, index) => index * 7_919);
const operatorAt = 9_000;

function told(script: Script): Truth {
  const claims = new Map<ClaimType, number>(script.claims.map(({ type, at }) => [type, at]));
  return truthOf(script, slowOverMs, { claims, operatorAt });
}

/** Instants, in steps of a fifth of a ms, at which a request would hurt its user: at once, or when it becomes late. */
function hurtBetween(script: Script, until: number): { first: number; last: number } | undefined {
  const hurts: number[] = [];
  for (let at = 0; at < until; at += 0.2) {
    const { errors, wrong, addedMs } = conditionAt(script, at, operatorAt);
    if (errors > 0 || wrong > 0) hurts.push(at);
    else if (addedMs > slowOverMs) hurts.push(at + slowOverMs);
  }
  const [first] = hurts;
  return first === undefined ? undefined : { first, last: hurts.at(-1) ?? first };
}

describe("the oracle's truth", () => {
  it.each(shapes)("of %s is when users were really hurt, first and last", (shape) => {
    for (const seed of seeds.slice(0, 12)) {
      const script = scriptOf(seed, shape);
      const { marks, relapse } = told(script);
      const hurt = hurtBetween(script, relapse ?? 12_000);
      expect(marks.t1 === undefined).toBe(hurt === undefined);
      if (hurt === undefined || marks.t1 === undefined) continue;
      expect(Math.abs(hurt.first - marks.t1)).toBeLessThan(0.5);
      if (marks.t5 === undefined) expect(shape).toBe("never");
      else expect(Math.abs(hurt.last - marks.t5)).toBeLessThan(0.5);
    }
  });

  it("has a t6 that is the latest of all recoveries, and none where nothing recovers", () => {
    for (const script of seeds.flatMap((seed) => shapes.map((shape) => scriptOf(seed, shape)))) {
      const { marks } = told(script);
      if (script.shape === "never") expect(marks).not.toHaveProperty("t6");
      else if (marks.t6 === undefined) throw new Error(`${script.shape} has no t6`);
      else {
        expect(marks.t6).toBeGreaterThanOrEqual(Math.max(marks.t5 ?? 0, script.healsByOperator ? operatorAt : 0));
        expect(conditionAt(script, marks.t6 + 0.01, operatorAt)).toMatchObject({ errors: 0, wrong: 0, down: false });
      }
    }
  });

  it("of a relapse lies more than a hold of 3 s after the recovery, and the healer does not declare before", () => {
    for (const seed of seeds) {
      const { marks, relapse = 0 } = told(scriptOf(seed, "relapse"));
      expect(relapse - (marks.t6 ?? 0)).toBeGreaterThan(3_300);
      expect(marks.t7).toBeGreaterThan(relapse);
    }
  });

  it("of a predictive catch has t2 before t1, of every other shape after t1 or without one", () => {
    for (const script of seeds.flatMap((seed) => shapes.map((shape) => scriptOf(seed, shape)))) {
      const { t1 = Infinity, t2 = Infinity } = told(script).marks;
      if (script.shape === "predictive") expect(t2).toBeLessThan(t1);
      // A ramp hurts long after it began, so that it may be seen coming.
      else if (script.outages.length > 0) expect(t2).toBeGreaterThan(t1);
    }
  });
});

describe("the script", () => {
  it("is the same for the same seed and another for another, and seeds alone pick every shape", () => {
    expect(scriptOf(4)).toEqual(scriptOf(4));
    expect(scriptOf(4, "step")).not.toEqual(scriptOf(5, "step"));
    expect(new Set(seeds.map((seed) => scriptOf(seed).shape))).toEqual(new Set(shapes));
  });

  it("keeps gaps of flapping shorter than a hold, blips shorter than a probe's period, and shares of partial outages partial", () => {
    for (const seed of seeds) {
      const flaps = scriptOf(seed, "flapping").outages;
      for (const [index, { from }] of flaps.entries())
        expect(from - (flaps[index - 1]?.to ?? from)).toBeLessThan(3_000);
      const [blip] = scriptOf(seed, "blip").outages;
      expect((blip?.to ?? 0) - (blip?.from ?? 0)).toBeLessThan(20);
      const [partial] = scriptOf(seed, "partial").outages;
      expect(Math.abs((partial?.share ?? 0) - 0.45)).toBeLessThanOrEqual(0.15);
    }
  });

  it("is well before the trigger ends, and claims follow one another", () => {
    for (const script of shapes.map((shape) => scriptOf(3, shape))) {
      expect(conditionAt(script, -Infinity)).toEqual({ errors: 0, wrong: 0, addedMs: 0, down: false });
      const instants = script.claims.map(({ at }) => at);
      expect(instants.toSorted((a, b) => a - b)).toEqual(instants);
    }
  });
});
