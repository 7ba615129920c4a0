// Who had the processors: strangers count, the stack's own use does not, and a calibration raises the bound only on a
// quiet machine.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnvironmentSpan } from "../../../src/records/facts/environment.ts";
import type { Calibration, PressureLook } from "../../../src/records/pressure.ts";
import { boundOf, makePressureTally } from "../../../src/measure/cost/environment.ts";
import { measureTrial } from "../../builders/measured.ts";
import { environmentSchema } from "../../../src/records/facts/environment.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories, type StoryName } from "../../golden/stories.ts";
import { calm, looked, selfMade, starved, unmeasured } from "../../builders/simulated-pressure.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

function worst(look: PressureLook): EnvironmentSpan | undefined {
  const tally = makePressureTally();
  for (let at = 500; at <= 10_000; at += 500) tally.take({ kind: "pressure", from: at - 500, at, look });
  const facts = tally.facts([{ name: "disturbed", from: 1000, to: 9000 }]);
  return facts?.measured === true ? facts.spans[0] : undefined;
}

describe("waiting behind others", () => {
  it("is the share of the waiting that falls to what others used of the processors", () => {
    expect(worst(starved)).toMatchObject({
      process: "node healer/main.js",
      waited: 0.6,
      cores: { others: 1.6, target: 0.3 },
    });
    expect(worst(starved)?.behindOthers).toBeCloseTo((0.6 * 800) / 1000, 9);
  });

  it("is next to nothing where the stack waits behind itself, however long", () => {
    expect(worst(selfMade)?.waited).toBeCloseTo(0.8, 9);
    expect(worst(selfMade)?.behindOthers).toBeLessThan(0.01);
  });

  it("is told with how long that process waited also where nothing of it was behind others", () => {
    expect(worst(looked(100, { target: 300, others: 0 }))).toMatchObject({
      process: "node healer/main.js",
      behindOthers: 0,
      waited: 0.2,
    });
  });

  it("is nothing where a quarter of the processors was free, whatever others used", () => {
    expect(worst(looked(300, { target: 100, others: 600 }))?.behindOthers).toBe(0);
  });

  it("takes what the host stole from whoever ran, for waiting too", () => {
    expect(worst(looked(100, { target: 300, others: 0, stolen: 650 }))?.behindOthers).toBeCloseTo(
      (0.2 * 650) / 1000 + (0.3 * 650) / 1000,
      9,
    );
  });

  it("is not told of a stretch of which less than half was seen, nor of a trial without a look", () => {
    const tally = makePressureTally();
    expect(tally.facts([{ name: "baseline", from: 0, to: 4000 }])).toBeUndefined();
    tally.take({ kind: "pressure", from: 0, at: 900, look: starved });
    expect(tally.facts([{ name: "baseline", from: 0, to: 4000 }])).toMatchObject({ measured: true, spans: [] });
  });

  it("is said to be unseen, with the reason, over a stretch in which the measuring had broken", () => {
    const tally = makePressureTally();
    for (let at = 500; at <= 4000; at += 500) tally.take({ kind: "pressure", from: at - 500, at, look: calm });
    tally.take({ kind: "pressure", from: 4100, at: 4100, look: unmeasured });
    const facts = tally.facts([
      { name: "baseline", from: 0, to: 4000 },
      { name: "disturbed", from: 4000, to: 9000 },
      { name: "afterwards", from: 9000, to: 9500 },
    ]);
    expect(facts).toMatchObject({ unseen: { names: ["disturbed"], reason: "only Linux tells" } });
    expect(environmentSchema.parse(facts)).toEqual(facts);
  });

  it("is said not to be measured, with the reason", () => {
    const tally = makePressureTally();
    tally.take({ kind: "pressure", from: 0, at: 10, look: unmeasured });
    expect(tally.facts([])).toEqual({ measured: false, reason: "only Linux tells" });
  });

  it("never exceeds the stretch, nor the waiting and what was stolen together", () => {
    const amount = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (wait, target, others, stolen) => {
        const span = worst(looked(wait, { target, others, stolen }));
        expect(span?.behindOthers).toBeGreaterThanOrEqual(0);
        expect(span?.behindOthers).toBeLessThanOrEqual(1 + 1e-9);
        if (stolen === 0) expect(span?.behindOthers).toBeLessThanOrEqual((span?.waited ?? 0) + 1e-9);
      }),
    );
  });
});

describe("the bound", () => {
  const told: Extract<Calibration, { ok: true }> = {
    ok: true,
    forMs: 600,
    waitShare: 0.05,
    othersCores: 0,
    stolenCores: 0,
  };

  it("is what the machine makes a thread wait when nobody is there, on top of the floor", () => {
    expect(boundOf(told)).toBeCloseTo(0.2, 9);
    expect(boundOf(undefined)).toBe(0.15);
    expect(boundOf({ ok: false, reason: "no" })).toBe(0.15);
  });

  it("is not raised by a calibration that others disturbed: a machine that is always starved excuses as well", () => {
    expect(boundOf({ ...told, waitShare: 0.6, othersCores: 1.8 })).toBe(0.15);
    expect(boundOf({ ...told, waitShare: 0.6, stolenCores: 0.4 })).toBe(0.15);
  });
});

function outcomeUnder(name: StoryName, pressure: Story["pressure"]): string {
  const story: Story = { ...stories[name], ...(pressure && { pressure }) };
  const record = tell(story);
  return judgeTrial(record, measureTrial(record)).outcome;
}

describe("a trial whose measuring broke after the injection", () => {
  const under = (before: PressureLook): string | undefined => {
    const record = tell({ ...stories["clean heal"], pressure: (at) => (at <= 5000 ? before : unmeasured) });
    const { findings } = judgeTrial(record, measureTrial(record));
    return findings.find(({ rule }) => rule === "environment-calm")?.outcome;
  };

  it("is not called calm, since nobody saw that it was", () => {
    expect(under(calm)).toBeUndefined();
  });

  it("is starved where it was seen to be", () => {
    expect(under(starved)).toBe("inconclusive");
  });
});

const names = Object.keys(stories) as StoryName[];
const bare = names.filter((name) => !("pressure" in stories[name]));

describe("any told trial", () => {
  it.each(bare)(
    "“%s” neither passes nor fails beside strangers that starve it, and is as before on a calm machine",
    (name) => {
      const before = outcomeUnder(name, undefined);
      const under = outcomeUnder(name, () => starved);
      // What never came to a baseline has no stretch to be judged; what was left is left.
      expect([
        before === "residue" ? "residue" : "inconclusive",
        before === "pass" || before === "fail" ? "" : before,
      ]).toContain(under);
      for (const look of [calm, selfMade, unmeasured]) expect(outcomeUnder(name, () => look)).toBe(before);
    },
  );
});

describe("pressure that comes and goes", () => {
  it("leaves every told trial as it was or makes it inconclusive, and takes no residue back (200 seeds)", () => {
    const used = fc.integer({ min: 0, max: 1000 });
    const look = fc
      .tuple(used, used, used, fc.integer({ min: 0, max: 200 }))
      .map(([wait, target, others, stolen]) => looked(wait, { target, others, stolen }));
    // A stretch of looks that are alike, and another, by turns.
    const weather = fc.tuple(look, look, fc.integer({ min: 500, max: 9000 }));
    fc.assert(
      fc.property(fc.constantFrom(...bare), weather, (name, [one, other, turnMs]) => {
        const before = outcomeUnder(name, undefined);
        const under = outcomeUnder(name, (at) => (Math.floor(at / turnMs) % 2 === 0 ? one : other));
        expect(before === "residue" ? ["residue"] : [before, "inconclusive"]).toContain(under);
      }),
      { numRuns: 200 },
    );
  });
});
