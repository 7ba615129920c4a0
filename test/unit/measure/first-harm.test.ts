// When a fault is proved only after the healer has seen and repaired it, t0 is known no better than from its first
// harmful act to the proof.

import { describe, expect, it } from "vitest";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

const early = stories["repaired before the effect was confirmed"];

describe("a repair that was over before the effect was confirmed", () => {
  const record = tell(early);
  const facts = measureTrial(record);

  it("is measured from the first harmful act, and never said to have taken less than nothing", () => {
    expect(facts.marks.t0).toEqual({ at: 5050, lo: 5050, hi: 13_100 });
    expect(facts.mttd).toMatchObject({ ms: 1280, lo: 0, hi: 1280 });
    // The truth is 8,900 − 5,050 ms.
    expect(facts.mttr?.lo).toBe(0);
    expect(facts.mttr?.ms).toBeGreaterThan(3850 - 300);
    expect(facts.mttr?.hi).toBeGreaterThanOrEqual(3850);
    expect(facts.mttr?.hi).toBeLessThan(3850 + 500);
  });

  it("is the healer's, by one action of its pathway", () => {
    expect(facts.recovery).toBe("healed");
    expect(facts.pathway).toBe("restore-index");
    expect(facts.actions?.started).toHaveLength(1);
    expect(facts.actions?.strayAlarms).toBe(0);
  });

  it("says in the finding what t0 stands for", () => {
    const detected = judgeTrial(record, facts).findings.find(({ rule }) => rule === "detected-in-time");
    expect(detected?.says).toBe(
      "detected after 1.3 s (0.0–1.3) (t2 − t0), within 3.0 s; before we had confirmed the effect, so t0 is the first harmful act",
    );
  });

  it("counts from the begin of applying in a timeline that does not say when the harm began", () => {
    const { applying, confirmed } = { applying: 5020, ...early.fault };
    const old = measureTrial(tell({ ...early, fault: { applying, ...(confirmed !== undefined && { confirmed }) } }));
    expect(old.marks.t0).toEqual({ at: 5020, lo: 5020, hi: 13_100 });
    expect(old.mttd).toMatchObject({ ms: 1310, lo: 0, hi: 1310 });
  });

  it("is late when even from the proof on it took longer than allowed, and too close to tell in between", () => {
    const detectedAt = (at: number) => {
      const claims = (early.claims ?? []).map(([, type, more], index) => [at + 60 * index, type, more ?? {}] as const);
      const told = tell({ ...early, claims });
      return judgeTrial(told, measureTrial(told)).findings.find(({ rule }) => rule === "detected-in-time")?.outcome;
    };
    expect(detectedAt(7900)).toBe("pass");
    expect(detectedAt(12_000)).toBe("inconclusive");
    expect(detectedAt(16_900)).toBe("fail");
  });
});

describe("what was detected while the fault was being prepared", () => {
  const facts = measureTrial(tell(stories["detected before the harm began"]));

  it("is a false alarm; detected is what came after the first harmful act", () => {
    expect(facts.marks.t0).toEqual({ at: 6000, lo: 5900, hi: 6000 });
    expect(facts.marks.t2?.at).toBe(6330);
    expect(facts.mttd).toMatchObject({ ms: 330 });
    expect(facts.calm?.alarms).toBe(1);
  });
});
