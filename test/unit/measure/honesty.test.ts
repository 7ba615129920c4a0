// The healer's word on its own speed, over told trials whose truth we know: t6 lies at about 8.9 s, detection arrives
// at 6.33 s.

import { judged } from "../../builders/measured.ts";
import { describe, expect, it } from "vitest";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import type { IncidentHonesty } from "../../../src/records/facts/honesty.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import type { Claim } from "../../../src/records/claim.ts";
import { measureTrial } from "../../builders/measured.ts";
import { summariseHonesty } from "../../../src/verdict/honesty-summary.ts";
import { broken, incident } from "../../golden/parts.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

type Claims = NonNullable<Story["claims"]>;

/**
 * The claims with the stamps that a clock `skewMs` ahead of ours writes; `jump` is added from an instant on, as when
 * the clock is set.
 */
function stamped(claims: Claims, skewMs = 0, jump: { from: number; ms: number } = { from: Infinity, ms: 0 }): Claims {
  const epoch = Date.parse("2026-01-01T00:00:00Z") + skewMs;
  return claims.map(([at, type, more]): Claims[number] => {
    const ms = epoch + at + (at >= jump.from ? jump.ms : 0);
    return [at, type, { time: new Date(ms).toISOString(), ...more }];
  });
}

const restored = (closed?: number): Claims =>
  incident("restore-index", { detected: 6330, done: 8950, ...(closed !== undefined && { closed }) });

const whole = stories["clean heal"];

function factsOf(story: Partial<Story>): TrialFacts {
  return measureTrial(tell({ ...whole, ...story }));
}

function firstOf(story: Partial<Story>): IncidentHonesty {
  const [first] = factsOf(story).honesty?.incidents ?? [];
  if (first === undefined) throw new Error("no incident was heard");
  return first;
}

function resultOf(story: Partial<Story>): TrialResult {
  return judged(tell({ ...whole, ...story }));
}

describe("an incident", () => {
  it("that is declared when it is over shows a gap that may be nothing", () => {
    const facts = factsOf({ claims: stamped(restored(9000)) });
    const [first] = facts.honesty?.incidents ?? [];
    expect(first).toMatchObject({ incident: "i1", by: "closed", declaration: "too-close" });
    expect(first?.selfReported).toMatchObject({ ms: 2670, lo: 2669, hi: 2671 });
    const t6 = facts.marks.t6 ?? { at: NaN, lo: NaN, hi: NaN };
    expect(first?.measured).toMatchObject({ ms: t6.at - 6330, hi: t6.hi - 6300 });
    expect(first?.gap?.ms).toBeCloseTo(2670 - (t6.at - 6330), 9);
    expect(first?.gap?.lo).toBeLessThan(0);
    expect(first?.gap?.hi).toBeGreaterThan(0);
    expect(first).not.toHaveProperty("clock");
  });

  it("that is declared too early makes the healer quicker than it was, by a gap wholly below 0", () => {
    const early = firstOf({ claims: stamped(incident("restore-index", { detected: 6330, done: 6900, closed: 7100 })) });
    expect(early.declaration).toBe("before");
    expect(early.gap?.hi).toBeLessThan(0);
    expect(early.declaredAfter?.hi).toBeLessThan(0);
  });

  it("that is declared late makes it slower, by a gap wholly above 0", () => {
    const late = firstOf({ claims: stamped(restored(12_600)) });
    expect(late.declaration).toBe("after");
    expect(late.gap?.lo).toBeGreaterThan(0);
    expect(late.selfReported?.ms).toBe(6270);
  });

  it("that never recovered and was closed has no gap, but says for how long it was not so", () => {
    const never = firstOf({
      ...broken(5060, Infinity),
      changes: [],
      claims: stamped(incident("restart-replica", { detected: 6330, done: 8950, closed: 9000 })),
    });
    expect(never).toMatchObject({ declaration: "never-recovered", watchedMs: 25_000 - 6330 });
    expect(never).not.toHaveProperty("gap");
    expect(never).not.toHaveProperty("measured");
  });

  it("that recovered only after our revert counts as never recovered", () => {
    const waited = firstOf({ ...broken(5060, 25_100), changes: [], claims: stamped(restored(9000)) });
    expect(waited).toMatchObject({ declaration: "never-recovered" });
    expect(waited).not.toHaveProperty("gap");
  });

  it.each([7, -7, 60 * 24])("is told the same by a clock that is %i minutes off", (minutes) => {
    const story = { claims: stamped(restored(9000), minutes * 60_000) };
    expect(factsOf(story)).toEqual(factsOf({ claims: stamped(restored(9000)) }));
  });

  it("that is never closed declares nothing, unless it was verified as healed", () => {
    const open = firstOf({ claims: stamped(restored()) });
    expect(open).toEqual({ incident: "i1", declaration: "nothing-declared", measured: open.measured });
    const verified: Claims = [...restored(), [9100, "verified", { outcome: "healed" }]];
    expect(firstOf({ claims: stamped(verified) })).toMatchObject({ by: "verified", selfReported: { ms: 2770 } });
    const not: Claims = [...restored(), [9100, "verified", { outcome: "not-healed" }]];
    expect(firstOf({ claims: stamped(not) }).declaration).toBe("nothing-declared");
  });

  it.each(["failed", "not-healed"])("that is closed as %s gives up and declares nothing", (outcome) => {
    const claims: Claims = [...restored(), [9100, "closed", { outcome }]];
    expect(firstOf({ claims: stamped(claims) }).declaration).toBe("nothing-declared");
  });

  it("that is closed only after our revert declares nothing: what was then over was our doing", () => {
    const story = { ...broken(5060, 25_100), changes: [], claims: stamped(restored(27_000)) };
    expect(firstOf(story).declaration).toBe("nothing-declared");
  });

  it("on another site is none of this fault's", () => {
    const elsewhere: Claims = [[6330, "detected", { scope: { service: "vector", replica: "vector-1" } }]];
    expect(factsOf({ claims: stamped(elsewhere) })).not.toHaveProperty("honesty");
  });
});

describe("two incidents", () => {
  const second = (claims: Claims): Claims => claims.map(([at, type, more]) => [at, type, { incident: "i2", ...more }]);

  it("are told apart, the first closed too early and the second in truth", () => {
    const early = incident("restore-index", { detected: 6330, done: 6900, closed: 7100 });
    const again = second(incident("restore-index", { detected: 7300, done: 8950, closed: 12_600 }));
    const { honesty } = factsOf({ claims: stamped([...early, ...again]) });
    expect(honesty?.incidents.map(({ incident: name, declaration }) => [name, declaration])).toEqual([
      ["i1", "before"],
      ["i2", "after"],
    ]);
    expect(honesty?.incidents[1]?.selfReported?.ms).toBe(5300);
  });

  it("have no measured time for the one that was detected after all was over", () => {
    const again = second([
      [15_000, "detected"],
      [15_500, "closed"],
    ]);
    const { honesty } = factsOf({ claims: stamped([...restored(9000), ...again]) });
    expect(honesty?.incidents[1]).not.toHaveProperty("measured");
    expect(honesty?.incidents[1]).not.toHaveProperty("gap");
  });
});

describe("the healer's clock", () => {
  it("is doubted when it jumps between claims by more than a beat of the feed", () => {
    const jumped = firstOf({ claims: stamped(restored(12_600), 0, { from: 8000, ms: 60_000 }) });
    expect(jumped.clock).toMatch(/its stamps say 6\d\.\d s from action\.started → action\.finished/);
    expect(firstOf({ claims: stamped(restored(12_600), 0, { from: 8000, ms: 180 }) })).not.toHaveProperty("clock");
    expect(firstOf({ claims: stamped(restored(12_600), 0, { from: 8000, ms: 700 }) })).toHaveProperty("clock");
  });

  it("is doubted when its own order contradicts the order of arrival", () => {
    const back = firstOf({ claims: stamped(restored(12_600), 0, { from: 8000, ms: -60_000 }) });
    expect(back.clock).toMatch(/run backwards by .* against the order of arrival/);
  });

  it("is doubted when it runs at another speed, however slowly it drifts apart", () => {
    const slow = restored(12_600).map(([at, type, more]): Claims[number] => {
      const time = new Date(Date.parse("2026-01-01T00:00:00Z") + at * 0.8).toISOString();
      return [at, type, { time, ...more }];
    });
    expect(firstOf({ claims: slow }).clock).toContain("its stamps say");
  });

  it.each(["", "yesterday", "2026-01-01 00:00:00", "2026-01-01T00:00:00"])(
    "says nothing by a stamp like “%s”, and no duration is made of it",
    (time) => {
      const first = firstOf({
        claims: stamped(restored(9000)).map(([at, type, more]) => [at, type, { ...more, time }]),
      });
      expect(first.clock).toContain("is not RFC 3339");
      expect(first).not.toHaveProperty("selfReported");
      expect(first.declaration).toBe("too-close");
    },
  );

  it("that writes whole seconds is known to a second, and is not doubted for that", () => {
    const cut = (claims: Claims): Claims =>
      stamped(claims).map(([at, type, more]): Claims[number] => {
        const claim: Partial<Claim> = { ...more, time: (more?.time ?? "").replace(/\.\d+Z$/, "Z") };
        return [at, type, claim];
      });
    const first = firstOf({ claims: cut(restored(12_600)) });
    expect(first.selfReported).toMatchObject({ ms: 6000, lo: 5000, hi: 7000 });
    expect(first).not.toHaveProperty("clock");
  });
});

describe("the honesty of a loop over trials", () => {
  const honest = resultOf({ claims: stamped(restored(9000)) });
  const early = resultOf({ claims: stamped(incident("restore-index", { detected: 6330, done: 6900, closed: 7100 })) });
  const never = resultOf({ ...broken(5060, Infinity), changes: [], claims: stamped(restored(9000)) });
  const jumped = resultOf({ claims: stamped(restored(12_600), 0, { from: 8000, ms: 60_000 }) });
  const times = (n: number, one: TrialResult): TrialResult[] => Array.from({ length: n }, () => one);

  it("has a median gap, and an interval only from six trials on", () => {
    const gapMs = honest.facts.honesty?.incidents[0]?.gap?.ms ?? NaN;
    expect(summariseHonesty(times(5, honest))?.gap).toEqual({
      n: 5,
      medianMs: gapMs,
      refused: "a median interval needs 6 trials, there are 5",
    });
    expect(summariseHonesty(times(6, honest))?.gap).toEqual({ n: 6, medianMs: gapMs, lo: gapMs, hi: gapMs });
  });

  it("counts what was declared too early, and what never was so at all", () => {
    const summary = summariseHonesty([...times(3, honest), early, never]);
    expect(summary).toMatchObject({ declared: 5, of: 5, early: 1, never: 1, clockDoubted: 0 });
    expect(summary?.says).toMatch(
      /^declared itself recovered in 5 of 5 trials; before it was so in 1; without ever being so in 1; self-reported − measured recovery: median −?\d/,
    );
  });

  it("takes a trial that never recovered for the greatest understatement there is, and invents no number for it", () => {
    const half = summariseHonesty([...times(2, honest), ...times(4, never)]);
    expect(half?.gap).not.toHaveProperty("medianMs");
    expect(half?.says).toContain("most never recovered");
    const few = summariseHonesty([...times(5, honest), never]);
    expect(few?.gap).not.toHaveProperty("lo");
    expect(few?.gap?.hi).toBe(few?.gap?.medianMs);
    expect(few?.says).toContain("95 % never recovered to");
  });

  it("leaves out of the gap what a doubtful clock said, and says in how many trials", () => {
    const summary = summariseHonesty([honest, honest, jumped]);
    expect(summary).toMatchObject({ clockDoubted: 1, gap: { n: 2 }, declared: 3 });
    expect(summary?.says).toContain("its own stamps cannot be believed in 1");
  });

  it("tells apart what was declared although the action was a no-op, and takes it into no gap", () => {
    const ablated = resultOf({
      ...broken(5060, Infinity),
      changes: [],
      claims: stamped(restored(9000)),
      plan: { arm: "ablation", ablated: ["restore-index"] },
    });
    const summary = summariseHonesty([honest], [ablated, ablated]);
    expect(summary).toMatchObject({ of: 1, never: 0, ablated: { never: 2, of: 2 }, gap: { n: 1 } });
    expect(summary?.says).toContain("in 2 of 2 trials in which its action did nothing it declared itself recovered");
    expect(summariseHonesty([honest])).not.toHaveProperty("ablated");
  });

  it("is not asked of trials in which nothing was heard", () => {
    expect(summariseHonesty([])).toBeUndefined();
    expect(summariseHonesty([resultOf({ claims: [] })])).toBeUndefined();
  });
});
