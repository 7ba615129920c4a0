// t0 by the event of a container's engine: its own time, where it lies between our first harmful act and our proof.

import { describe, expect, it } from "vitest";
import { weighed } from "../../../src/measure/marks/injection.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { measureTrial } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

const whole = stories["clean heal"];
const fault = { applying: 5020, harmFrom: 5040, confirmed: 5500 } as const;
/** The same trial, of which an engine told that the effect was there from one instant to another. */
const trial = (told?: readonly [number, number], more: Partial<typeof whole> = {}) => {
  const record = tell({ ...whole, fault: { ...fault, ...(told && { told }) }, ...more });
  const facts = measureTrial(record);
  const { findings } = judgeTrial(record, facts);
  const saysOf = (name: string): string => findings.find(({ rule }) => rule === name)?.says ?? "";
  return {
    t0: facts.marks.t0,
    mttr: facts.mttr,
    says: saysOf("effect-confirmed"),
    detected: saysOf("detected-in-time"),
  };
};

describe("t0 of an effect of which an engine told", () => {
  it("is the earliest time that its event can have had, and the effect was there by the latest", () => {
    const { t0, says } = trial([5072, 5073]);
    expect(t0).toEqual({ at: 5072, lo: 5040, hi: 5073 });
    expect(says).toMatch(/; the engine's event “die” was 428 ms earlier$/);
  });

  it("makes no time shorter than one that was told of by nobody", () => {
    const [own, told] = [trial().mttr, trial([5072, 5073]).mttr];
    expect(told?.ms).toBe((own?.ms ?? 0) + 428);
    expect(told?.lo).toBe((own?.lo ?? 0) + 427);
    expect(told?.hi).toBe(own?.hi);
  });

  it("is never before our first act, nor after our proof, however badly its clock is known", () => {
    expect(trial([4900, 5100]).t0).toEqual({ at: 5040, lo: 5040, hi: 5100 });
    expect(trial([5300, 5900]).t0).toEqual({ at: 5300, lo: 5040, hi: 5500 });
  });

  it("is our own proof where that clock is known too badly to say more, and the finding says so", () => {
    const { t0, says } = trial([5000, 5600]);
    expect(t0).toEqual({ at: 5500, lo: 5040, hi: 5500 });
    expect(says).toContain("says no more: its clock is known to 300 ms only");
  });

  it("is our own proof where its time cannot be, and the finding says so", () => {
    const [early, late] = [trial([4700, 4740]), trial([5700, 5701])];
    for (const { t0 } of [early, late]) expect(t0).toEqual({ at: 5500, lo: 5040, hi: 5500 });
    expect(early.says).toContain("was, by its clock, 300 ms before our first act: that cannot be, and its time is not");
    expect(late.says).toContain(
      "was, by its clock, 200 ms after this proof: that cannot be, and its time is not taken",
    );
  });

  it("is the first harmful act where the healer saw it before the engine told", () => {
    const claims = (whole.claims ?? []).map(([, type, more], index) => [5060 + index, type, more ?? {}] as const);
    expect(trial([5072, 5073], { claims }).t0).toEqual({ at: 5040, lo: 5040, hi: 5073 });
  });

  it("is the engine's word, too, where that may have been before our first act: nothing has moved it there", () => {
    const detectedAt = (at: number) =>
      (whole.claims ?? []).map(([, type, more], index) => [at + index, type, more ?? {}] as const);
    const told = trial([5030, 5090], { claims: detectedAt(5060) });
    expect(told.t0).toEqual({ at: 5040, lo: 5040, hi: 5090 });
    expect(told.detected).toMatch(/^detected after/);
    expect(told.detected).not.toContain("first harmful act");
    expect(trial([5072, 5090], { claims: detectedAt(5060) }).detected).toContain("so t0 is the first harmful act");
  });

  it("is read as before in runs of old, where nobody told", () => {
    const { t0, says } = trial();
    expect(t0).toEqual({ at: 5500, lo: 5040, hi: 5500 });
    expect(says).not.toContain("engine");
    expect(weighed({ kind: "fault", at: 5500, disturbance: 0, step: "confirmed" })).toBeUndefined();
  });
});
