// The healer's incidents by its claims: how each ended, how long it lasted, and how often people were called.

import { describe, expect, it } from "vitest";
import type { IncidentFacts } from "../../../src/records/facts/incidents.ts";
import { measureTrial } from "../../builders/measured.ts";
import { stories } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

type Claims = NonNullable<Story["claims"]>;

const whole = stories["clean heal"];
const incidentsOf = (claims: Claims, changes: Partial<Story> = {}): IncidentFacts | undefined =>
  measureTrial(tell({ ...whole, claims, ...changes })).incidents;
const endOf = (...claims: Claims): string | undefined =>
  incidentsOf([[6450, "detected"], ...claims])?.incidents[0]?.end;

describe("incidents of the healer", () => {
  it("last from detected to closed, as sharp as the feed's beat", () => {
    const facts = incidentsOf([
      [6450, "detected"],
      [9250, "closed"],
    ]);
    expect(facts).toEqual({
      heard: true,
      incidents: [
        {
          incident: "i1",
          end: "closed",
          lasted: { ms: 2800, lo: 2649, hi: 2951, formula: "closed − detected" },
          pages: 0,
          alerts: 0,
        },
      ],
      more: 0,
    });
  });

  it("end in one of five ways, and a closing outweighs the others", () => {
    expect(endOf([9000, "closed"])).toBe("closed");
    expect(endOf([9000, "closed", { outcome: "not-healed" }])).toBe("given-up");
    expect(endOf([9000, "escalated"])).toBe("escalated");
    expect(endOf([9000, "held"])).toBe("held");
    expect(endOf()).toBe("open");
    expect(endOf([8000, "escalated"], [9000, "closed"])).toBe("closed");
  });

  it("are open at the end of observing when only our revert was waited for", () => {
    const open = incidentsOf([
      [6450, "detected"],
      [25_500, "closed"],
    ])?.incidents[0];
    expect(open).toMatchObject({ end: "open", lasted: { formula: "end of observing − detected" } });
    expect(open?.lasted.ms).toBe(25_000 - 6450);
  });

  it("are not over when they are given up, handed to a person or held, however soon that is", () => {
    for (const [type, outcome] of [["closed", "failed"], ["escalated"], ["held"]] as const) {
      const claims = [
        [6450, "detected"],
        [7350, type, outcome === undefined ? {} : { outcome }],
      ] as const;
      const lasted = incidentsOf(claims)?.incidents[0]?.lasted;
      expect(lasted, type).toMatchObject({ ms: 25_000 - 6450, formula: "end of observing − detected" });
    }
    const late = incidentsOf([
      [6450, "detected"],
      [7350, "escalated"],
      [9250, "closed"],
    ])?.incidents[0]?.lasted;
    expect(late).toMatchObject({ ms: 2800, formula: "closed − detected" });
  });

  it("count questions and escalations as pages, and what people are only told of as alerts", () => {
    const traits = { "restore-index": { tier: "medium" }, "roll-out-patch": { tier: "high" }, flush: { tier: "low" } };
    const plan = { ...whole.plan, targetFacts: { ...basePlan.targetFacts, traits } } as Story["plan"];
    const claims: Claims = [
      [6450, "detected"],
      [6500, "approval.requested", { pathway: "roll-out-patch" }],
      [6600, "approval.expired", { pathway: "roll-out-patch" }],
      [6700, "action.started", { pathway: "restore-index" }],
      [6800, "action.started", { pathway: "flush" }],
      [6900, "action.started", { pathway: "toString" }],
      [7000, "action.started"],
      [7100, "escalated"],
      [7200, "action.started", { incident: "i2", pathway: "restore-index" }],
    ];
    expect(incidentsOf(claims, plan === undefined ? {} : { plan })?.incidents).toMatchObject([
      { incident: "i1", pages: 2, alerts: 2 },
    ]);
  });

  it("are those after t0, each once, and of a healer that cries without end the first hundred", () => {
    const many = Array.from({ length: 130 }, (_, n) => [6500 + n * 10, "detected", { incident: `n${n}` }] as const);
    const facts = incidentsOf([
      [3000, "detected", { incident: "early" }],
      ...many,
      [8500, "detected", { incident: "n0" }],
    ]);
    expect(facts?.incidents.map(({ incident }) => incident)).toEqual(Array.from({ length: 100 }, (_, n) => `n${n}`));
    expect(facts?.more).toBe(30);
    expect(facts?.moreCalls).toEqual({ pages: 0, alerts: 0 });
  });

  it("have their pages and alerts counted beyond the first hundred, too", () => {
    const many = Array.from({ length: 130 }, (_, n) => n).flatMap((n) => [
      [6500 + n * 10, "detected", { incident: `n${n}` }] as const,
      [6505 + n * 10, "escalated", { incident: `n${n}` }] as const,
      ...(n < 110 ? [] : [[6507 + n * 10, "approval.expired", { incident: `n${n}` }] as const]),
    ]);
    expect(incidentsOf(many)?.moreCalls).toEqual({ pages: 30, alerts: 20 });
    expect(incidentsOf(many.slice(0, 200))).not.toHaveProperty("moreCalls");
  });

  it("are not heard in full when the feed was lost, fell silent, or said something that was not understood", () => {
    expect(incidentsOf([], { feedCut: { at: 9000, noticed: true } })?.heard).toBe(false);
    expect(incidentsOf([], { feedCut: { at: 9000, noticed: false } })?.heard).toBe(false);
    const record = tell(whole);
    const trouble = { kind: "trouble", at: 9000, where: "feed", reason: "no incident" } as const;
    expect(measureTrial({ ...record, timeline: [...record.timeline, trouble] }).incidents?.heard).toBe(false);
    expect(measureTrial(record).incidents?.heard).toBe(true);
  });

  it("are not known of a target without a feed", () => {
    const plan = { ...whole.plan, targetFacts: { ...basePlan.targetFacts, hasFeed: false } };
    expect(incidentsOf([], { plan })).toBeUndefined();
  });
});
