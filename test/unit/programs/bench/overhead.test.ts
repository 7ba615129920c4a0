import { describe, expect, test } from "vitest";
import { measureTrial } from "../../../builders/measured.ts";
import { overheadOf, type Overhead } from "../../../programs/bench/harness/overhead.ts";
import { basePlan, tell } from "../../../builders/simulated-trial.ts";
import type { Story } from "../../../builders/simulated-story.ts";

const phases = {
  boot: 0,
  warmup: 1_500,
  baseline: 2_600,
  inject: 6_700,
  observe: 6_800,
  revert: 13_000,
  after: 13_020,
  teardown: 13_100,
  done: 13_400,
};
/** Broken from 6.8 to 8.8 s, declared at 11.9 s. */
const story: Story = {
  phases,
  fate: () => ({ latencyMs: 50 }),
  state: (at) => ({ "retrieval.self": at >= 6_800 && at < 8_800 ? 0.4 : 1, "data.records": 100 }),
  fault: { applying: 6_750, confirmed: 6_790 },
  claims: [
    [7_100, "detected"],
    [12_100, "closed"],
  ],
};

function of(told: Story): Overhead {
  const record = tell(told);
  const overhead = overheadOf(record, measureTrial(record));
  if (overhead === undefined) throw new Error("no overhead");
  return overhead;
}

function stretch(overhead: Overhead, name: string): { ms: number; mandatedMs: number } {
  const found = overhead.stretches.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return { ms: found.ms, mandatedMs: found.mandatedMs };
}

describe("the time of a trial", () => {
  test("is told stretch by stretch, and nothing of it is left out", () => {
    const overhead = of(story);
    expect(overhead.totalMs).toBe(13_400);
    expect(overhead.stretches.reduce((sum, { ms }) => sum + ms, 0)).toBe(13_400);
    const split = overhead.totalMs - overhead.mandatedMs - overhead.bootMs;
    expect(overhead.oursShare).toBeCloseTo(split / 13_400, 10);
    expect(overhead.strictShare).toBeCloseTo((split + overhead.bootMs) / 13_400, 10);
  });

  test("is mandated as far as the plan says so: waiting longer than planned is ours", () => {
    const overhead = of(story);
    expect(stretch(overhead, "warm-up")).toEqual({ ms: 1_100, mandatedMs: 1_000 });
    expect(stretch(overhead, "baseline and random wait")).toEqual({ ms: 4_100, mandatedMs: 4_000 });
    expect(stretch(overhead, "take back")).toEqual({ ms: 20, mandatedMs: 0 });
    expect(stretch(overhead, "end the stack, look again")).toEqual({ ms: 300, mandatedMs: 0 });
  });

  test("of observing is mandated until the recovery has held and was declared, and not longer", () => {
    const { t6, t7 } = measureTrial(tell(story)).marks;
    const known = Math.max((t6?.at ?? 0) + basePlan.holdMs, t7?.hi ?? 0);
    expect(known).toBeLessThan(phases.revert);
    expect(stretch(of(story), "observe").mandatedMs).toBeCloseTo(known - phases.observe, 6);
  });

  test("of observing is mandated for the whole hold also when the healer declared too early", () => {
    const early: Story = {
      ...story,
      claims: [
        [7_100, "detected"],
        [9_000, "closed"],
      ],
    };
    const { t6, t7 } = measureTrial(tell(early)).marks;
    expect(t7?.hi).toBeLessThan((t6?.at ?? 0) + basePlan.holdMs);
    expect(stretch(of(early), "observe").mandatedMs).toBeCloseTo((t6?.at ?? 0) + basePlan.holdMs - phases.observe, 6);
  });

  test("of observing without a recovery is mandated for the watch and a window", () => {
    const stuck = {
      ...story,
      state: (at: number) => ({ "retrieval.self": at >= 6_800 ? 0.4 : 1, "data.records": 100 }),
    };
    const late = { ...phases, revert: 29_000, after: 29_010, teardown: 29_020, done: 29_400 };
    const observed = stretch(of({ ...stuck, phases: late }), "observe");
    expect(observed.ms).toBe(22_200);
    expect(observed.mandatedMs).toBeGreaterThanOrEqual(basePlan.watchMs);
    expect(observed.mandatedMs).toBeLessThanOrEqual(basePlan.watchMs + basePlan.steady.windowMs);
  });

  test("of who must hold his fire is mandated for the whole watch", () => {
    const plan = { expect: { heldFire: true, never: [] }, watchMs: 5_000 };
    expect(stretch(of({ ...story, plan }), "observe")).toEqual({ ms: 6_200, mandatedMs: 5_000 });
  });
});

test("a trial that never came to a baseline has no overhead to speak of", () => {
  const record = tell({ ...story, phases: { boot: 0, teardown: 900, done: 1_000 } });
  expect(overheadOf(record, measureTrial(record))).toBeUndefined();
});
