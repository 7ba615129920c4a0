import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureTrial } from "../../builders/measured.ts";
import { broken, incident } from "../../golden/parts.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { factsOf, whole, marks } from "./mark-cases.ts";

describe("marks", () => {
  it("t0 lies between the order and the confirmation, and is the confirmation", () => {
    expect(marks.t0).toEqual({ at: 5110, lo: 5020, hi: 5110 });
  });

  it("t0 of a load change is the instant it was ordered for", () => {
    expect(factsOf(stories["look-alike, held"]).marks.t0).toEqual({ at: 5300, lo: 5300, hi: 5300 });
  });

  it("t1 is placed by single requests, never before the fault began", () => {
    expect(marks.t1).toMatchObject({ lo: 5020 });
    const later = factsOf({ ...whole, ...broken(6200, 8900) }).marks.t1;
    // Three of five are hit, so a few good ones in a row may be luck; answers take 150 ms.
    expect(later?.lo).toBeGreaterThan(6200 - 500);
    expect(later?.lo).toBeLessThanOrEqual(6200);
    expect(later?.hi).toBeGreaterThanOrEqual(6200);
    expect(later?.hi).toBeLessThan(6200 + 400);
  });

  it("t1 and t5 of a total outage are as sharp as one gap between requests and one answer, wherever they fall", () => {
    const fate = (from: number, to: number) => (sent: number) =>
      sent >= from && sent < to ? { latencyMs: 4, error: "status 503" } : { latencyMs: 4 };
    const plan = { load: { ...tell(whole).plan.load, ratePerSecond: 50 } };
    fc.assert(
      fc.property(fc.integer({ min: 5030, max: 6000 }), fc.integer({ min: 7500, max: 9000 }), (from, to) => {
        const { t1, t5 } = factsOf({ ...whole, plan, state: broken(from, to).state, fate: fate(from, to) }).marks;
        for (const [mark, truth] of [
          [t1, from],
          [t5, to],
        ] as const) {
          expect(mark?.lo).toBeLessThanOrEqual(truth);
          expect(mark?.hi).toBeGreaterThanOrEqual(truth);
          expect((mark?.hi ?? Infinity) - (mark?.lo ?? 0)).toBeLessThan(2 * 20 + 5);
          expect(Math.abs((mark?.at ?? 0) - truth)).toBeLessThan(20);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("t1 and t5 of slowness are the instants at which requests became late, and no longer did", () => {
    // The ramp crosses slow_over (1 s) at 6,000; a request sent then is late a second later.
    const plan = { load: { ...tell(whole).plan.load, ratePerSecond: 50 } };
    const fate = (sent: number) => ({
      latencyMs: sent < 5500 || sent >= 9000 ? 10 : Math.min(4000, 10 + 2 * (sent - 5500)),
    });
    const conditions = [{ name: "fast", expression: "users.slow_share <= 0.1", view: "users" as const }];
    const { t1, t5 } = factsOf({
      ...whole,
      plan: { ...plan, steady: { ...tell(whole).plan.steady, conditions } },
      fate,
    }).marks;
    for (const [mark, truth] of [
      [t1, 6995],
      [t5, 10_000],
    ] as const) {
      expect(mark?.lo).toBeLessThanOrEqual(truth);
      expect(mark?.hi).toBeGreaterThanOrEqual(truth);
      expect((mark?.hi ?? Infinity) - (mark?.lo ?? 0)).toBeLessThan(80);
    }
  });

  it("t1 of a median that a single request cannot tell stays as wide as its windows", () => {
    const conditions = [{ name: "fast", expression: "users.latency_p50 <= 300", view: "users" as const }];
    const fate = (sent: number) => ({ latencyMs: sent < 6200 ? 150 : 900 });
    const plan = { steady: { ...tell(whole).plan.steady, conditions } };
    const { t1 } = factsOf({ ...whole, plan, fate }).marks;
    expect(t1).toEqual({ at: 7000, lo: 6000, hi: 7500 });
  });

  it("t1 of requests that were on their way at the injection lies after it", () => {
    const stuck = factsOf({ ...whole, fate: (sent) => ({ latencyMs: sent + 900 > 5020 && sent < 8900 ? 3000 : 900 }) });
    expect(stuck.marks.t1?.lo).toBeGreaterThanOrEqual(5020);
    expect(stuck.windows.filter((window) => window.to <= 5000).every((window) => window.users === "good")).toBe(true);
  });

  it("t2, t2c and t3 are arrivals, not before the last sign of life of the feed", () => {
    expect(marks.t2).toEqual({ at: 6330, lo: 6287, hi: 6330 });
    expect(marks.t2c).toEqual({ at: 6390, lo: 6317, hi: 6390 });
    expect(marks.t3).toEqual({ at: 6420, lo: 6377, hi: 6420 });
  });

  it("t2 passes over claims of another place and of the time before the fault", () => {
    const claims: Story["claims"] = [
      [4000, "detected", { incident: "i0" }],
      [5500, "detected", { incident: "i8", scope: { service: "vector", replica: "vector-1" } }],
      [5600, "detected", { incident: "i9", scope: {} }],
      [5700, "detected", { scope: { service: "vector" } }],
    ];
    expect(factsOf({ ...whole, claims }).marks.t2?.at).toBe(5700);
  });

  it("t4 is the first change on the site that is not the fault's own doing nor ours", () => {
    expect(marks.t4).toEqual({ at: 8797.5, lo: 8695, hi: 8900 });
    const killed = factsOf({
      ...whole,
      changes: [
        [5200, { field: "instance", before: "pid 101", after: null }],
        [7000, { replica: "vector-1", field: "weight", before: 1, after: 2 }],
        [8000, { field: "instance", before: null, after: "pid 333" }],
      ],
    });
    expect(killed.marks.t4?.hi).toBe(8000);
    const ours = factsOf({ ...whole, changes: [[25_100, { field: "instance", before: null, after: "pid 333" }]] });
    expect(ours.marks.t4).toBeUndefined();
  });

  it("t5 and t6 lie where the row of good windows that holds begins, by single looks", () => {
    for (const mark of [marks.t5, marks.t6]) {
      expect(mark?.lo).toBeLessThanOrEqual(8900);
      expect(mark?.hi).toBeGreaterThanOrEqual(8900);
      expect((mark?.hi ?? Infinity) - (mark?.lo ?? 0)).toBeLessThan(700);
    }
    const stateLater = factsOf({
      ...whole,
      state: (at) => ({ ...whole.state(at), ...broken(5060, 10_900).state(at) }),
    });
    expect(stateLater.marks.t5).toEqual(marks.t5);
    // The probe looks every 250 ms and takes 15.
    expect(stateLater.marks.t6).toEqual({ at: expect.closeTo(10_902.5, 1), lo: 10_770, hi: 11_035 });
  });

  it("t6 is not reached by a good row that the end of the timeline cuts short", () => {
    const record = tell(whole);
    const until = (end: number) => ({ ...record, timeline: record.timeline.filter((event) => event.at <= end) });
    expect(measureTrial(until(11_900)).marks.t6).toBeUndefined();
    expect(measureTrial(until(12_100)).marks.t6).toMatchObject({ lo: marks.t6?.lo, hi: marks.t6?.hi });
  });

  it("t6 is broken off by windows that were not seen", () => {
    const blind = factsOf({
      ...whole,
      state: (at) => ({ ...whole.state(at), ...(at > 10_000 && at < 11_000 && { "retrieval.self": null }) }),
    });
    // The row that held begins at 11,000; by single looks it was good before, and may have broken while nobody saw it.
    expect(blind.marks.t6).toMatchObject({ lo: marks.t6?.lo, hi: 11_500 });
    expect(blind.marks.t6?.at).toBeCloseTo(marks.t6?.at ?? 0, 0);
  });

  it("t7 is the closing of that incident, or else of one on the site, and giving up is none", () => {
    expect(marks.t7?.at).toBe(12_600);
    const other = incident("restore-index", { detected: 6330, done: 8950 });
    const closedBy = (more: { incident: string; outcome?: string }) =>
      factsOf({ ...whole, claims: [...other, [9500, "closed", more]] }).marks.t7?.at;
    expect(closedBy({ incident: "i77" })).toBe(9500);
    expect(closedBy({ incident: "i1", outcome: "not-healed" })).toBeUndefined();
  });

  describe("t7 with another incident of the site", () => {
    type Claims = NonNullable<Story["claims"]>;
    const t7 = (claims: Claims) => factsOf({ ...whole, claims }).marks.t7?.at;
    const other = (opened: number, ends: Claims = []): Claims => [
      ...incident("restore-index", { detected: 6330, done: 8950, closed: 9500 }),
      [opened, "detected", { incident: "i77", scope: { service: "vector", replica: "vector-2" } }],
      ...ends,
    ];

    it("waits for one that is open at the closing, in whatever way that ends", () => {
      for (const type of ["closed", "escalated", "held"] as const) {
        expect(t7(other(9000, [[10_400, type, { incident: "i77" }]]))).toBe(10_400);
        expect(t7(other(9000, [[9300, type, { incident: "i77" }]]))).toBe(9500);
      }
      expect(t7(other(9000, [[10_400, "closed", { incident: "i77", outcome: "not-healed" }]]))).toBe(10_400);
    });

    it("is the closing itself where the other never ends, or ends only after our revert: it may be a lie", () => {
      expect(t7(other(9000))).toBe(9500);
      expect(t7(other(9000, [[25_100, "closed", { incident: "i77" }]]))).toBe(9500);
    });

    it("is the closing itself where the other was opened after it, and waits for one opened while it waits", () => {
      expect(t7(other(9600))).toBe(9500);
      expect(t7(other(9600, [[10_400, "closed", { incident: "i77" }]]))).toBe(9500);
      const third: Claims = [
        [9700, "detected", { incident: "i78" }],
        [10_400, "held", { incident: "i77" }],
      ];
      expect(t7(other(9000, third))).toBe(10_400);
      expect(t7(other(9000, [...third, [11_000, "held", { incident: "i78" }]]))).toBe(11_000);
    });

    it("counts the first incident as open where another one is closed", () => {
      const closedFirst: Claims = [
        ...incident("restore-index", { detected: 6330, done: 8950 }),
        [9000, "detected", { incident: "i77" }],
        [9500, "closed", { incident: "i77" }],
      ];
      expect(t7([...closedFirst, [10_400, "escalated"]])).toBe(10_400);
      expect(t7(closedFirst)).toBe(9500);
    });

    it("is none while an incident of another replica that was struck never ends: of that one nothing was declared", () => {
      const [one] = basePlan.disturbances;
      const struck = (replica: string) =>
        ({ ...one, site: { service: "vector", replica } }) as (typeof basePlan.disturbances)[0];
      const both = (claims: Claims) =>
        factsOf({ ...whole, plan: { disturbances: [struck("vector-1"), struck("vector-2")] }, claims }).marks.t7?.at;
      const onFirst: Claims = [
        [9000, "detected", { incident: "i77", scope: { service: "vector", replica: "vector-1" } }],
      ];
      const closing = incident("restore-index", { detected: 6330, done: 8950, closed: 9500 });
      expect(both([...closing, ...onFirst])).toBeUndefined();
      expect(both([...closing, ...onFirst, [10_400, "closed", { incident: "i77" }]])).toBe(10_400);
      // A replica that was not struck keeps nothing open.
      expect(t7([...closing, ...onFirst])).toBe(9500);
    });

    it("does not wait for an incident of another place", () => {
      const elsewhere: Claims = [[9000, "detected", { incident: "i8", scope: { service: "inference" } }]];
      const closing = incident("restore-index", { detected: 6330, done: 8950, closed: 9500 });
      expect(t7([...closing, ...elsewhere, [10_400, "closed", { incident: "i8" }]])).toBe(9500);
    });
  });

  it("t8 is the end of our own way back", () => {
    expect(marks.t8).toEqual({ at: 25_150, lo: 25_010, hi: 25_150 });
  });

  it("are intervals around their instant in every story, and none of them precedes the fault", () => {
    for (const name of Object.keys(stories) as StoryName[]) {
      const facts = factsOf(stories[name]);
      const since = facts.marks.t0?.lo ?? 0;
      for (const [mark, { at, lo, hi }] of Object.entries(facts.marks)) {
        expect(lo <= at && at <= hi && lo >= since, `${name} ${mark} ${lo} ${at} ${hi}`).toBe(true);
      }
    }
  });
});

describe("spans", () => {
  it("are differences of marks with the widest interval both allow, and say their formula", () => {
    const facts = factsOf(whole);
    expect(facts.mttd).toEqual({ ms: 1220, lo: 1177, hi: 1310, formula: "t2 − t0" });
    const { t0, t1, t2, t5, t6 } = facts.marks;
    if (t0 === undefined || t1 === undefined || t2 === undefined || t5 === undefined || t6 === undefined)
      throw new Error("a clean heal has all marks");
    expect(facts.mttr).toEqual({ ms: t6.at - t0.at, lo: t6.lo - t0.hi, hi: t6.hi - t0.lo, formula: "t6 − t0" });
    expect(facts.resolve).toMatchObject({ ms: t6.at - t2.at, formula: "t6 − t2" });
    expect(facts.ttm).toEqual({ ms: t5.at - t1.at, lo: t5.lo - t1.hi, hi: t5.hi - t1.lo, formula: "t5 − t1" });
    expect(facts.detectionAfterImpact).toMatchObject({ ms: t2.at - t1.at, formula: "t2 − t1" });
  });

  it("of detection after impact are negative when the loop was ahead of the users", () => {
    const early = incident("restore-index", { detected: 5300, done: 8950, closed: 12_600 });
    const facts = factsOf({ ...whole, ...broken(7000, 8900), claims: early });
    expect(facts.detectionAfterImpact?.hi).toBeLessThan(0);
    expect(facts.mttd?.ms).toBe(190);
  });

  it("of a target without a feed have no MTTD, and its first action seen from outside bounds it", () => {
    const mute = { ...whole, plan: { targetFacts: { ...tell(whole).plan.targetFacts, hasFeed: false } }, claims: [] };
    const { mttd, detectionAfterImpact, resolve, firstAction } = factsOf(mute);
    expect([mttd, detectionAfterImpact, resolve]).toEqual([undefined, undefined, undefined]);
    expect(firstAction).toMatchObject({ ms: 3687.5, formula: "t4 − t0" });
    expect(factsOf(whole).firstAction).toBeUndefined();
  });

  it("contain the truth wherever the damage ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6500, max: 18_000 }), (healed) => {
        const { mttr, marks: seen } = factsOf({ ...whole, ...broken(5060, healed) });
        // Answers take 150 ms and the probe looks every 250 ms, so the last of the damage is seen a little after its
        // end.
        expect(seen.t6?.lo).toBeLessThanOrEqual(healed);
        expect(seen.t6?.hi).toBeGreaterThanOrEqual(healed);
        expect(mttr?.hi).toBeGreaterThanOrEqual(healed - 5060);
      }),
      { numRuns: 25 },
    );
  });
});
