import { describe, expect, it } from "vitest";
import { overheadOf, partsText, type Told } from "../../../../programs/bench/platforms/overhead.ts";

const phase = (name: string, at: number): Told => ({ kind: "phase", phase: name, at });
const request = (from: number, to: number): { from: string; to: string } => ({
  from: String(1_000_000n + BigInt(from) * 1_000_000n),
  to: String(1_000_000n + BigInt(to) * 1_000_000n),
});

/** 10 s: boot 2, asked 5, revert 0.5, after 1.5, teardown 1. */
const timeline: readonly Told[] = [
  { ...phase("boot", 0), epochNs: "1000000" },
  phase("warmup", 2_000),
  phase("observe", 3_000),
  phase("revert", 7_000),
  phase("after", 7_500),
  phase("teardown", 9_000),
  phase("done", 10_000),
];

describe("what of a trial nobody asked for", () => {
  it("is its phases without those of the intent, without the hold, and without the engine's work, which counts once", () => {
    const requests = [request(500, 1_500), request(1_000, 1_800), request(3_000, 6_000), request(9_500, 11_000)];
    const found = overheadOf(timeline, requests, 1_000);
    expect(found?.parts).toEqual({ boot: 700, revert: 500, after: 500, teardown: 500 });
    expect(found?.engineMs).toBeCloseTo(1_800, 6);
    expect(found?.share).toBeCloseTo(0.22, 6);
    expect(found && partsText(found)).toBe(
      "boot 0.70 s, revert 0.50 s, after 0.50 s, teardown 0.50 s; the engine's in these 1.80 s",
    );
  });

  it("has no more of the wait after the way back than came after the hold", () => {
    expect(overheadOf(timeline, [], 3_000)?.parts).not.toHaveProperty("after");
    expect(overheadOf(timeline, [], 0)?.parts["after"]).toBe(1_500);
  });

  it("is unknown where there are no phases", () => {
    expect(overheadOf([], [], 0)).toBeUndefined();
    expect(overheadOf([{ kind: "phase", phase: "boot", at: 0, epochNs: "1" }], [], 0)).toBeUndefined();
  });
});
