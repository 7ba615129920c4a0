import { describe, expect, it } from "vitest";
import type { WindowFact } from "../../../src/records/facts/windows.ts";
import { firstBadRun, firstHeldRun, lastBefore } from "../../../src/measure/windows/runs.ts";
import { steadinessOf } from "../../../src/measure/windows/steadiness.ts";

const states = { g: "good", b: "bad", u: "unseen" } as const;

/** One window of 500 ms per letter: g good, b bad, u unseen. */
function windows(text: string): WindowFact[] {
  return text.split("").map((letter, index) => {
    const state = states[letter as keyof typeof states];
    return { from: index * 500, to: index * 500 + 500, state, users: state, broken: [], values: {} };
  });
}

describe("runs of windows", () => {
  it.each([
    ["ggbgbbg", 2, 4],
    ["ggbbb", 3, 2],
    ["gbubug", 2, undefined],
    ["gbgbg", 2, undefined],
    ["gbgbg", 1, 1],
  ])("%s has its first %i bad in a row at %s", (text, k, index) => {
    expect(firstBadRun(windows(text), "state", { badAfter: k }, 0)).toBe(index);
  });

  it.each([
    ["gbgbg", 1],
    ["gbggbgb", 4],
    ["gbubg", 1],
    ["bgggb", undefined],
  ])("%s has its first 2 bad of 3 at %s", (text, index) => {
    expect(firstBadRun(windows(text), "state", { badAfter: 2, badOf: 3 }, 0)).toBe(index);
  });

  it("are not back before the stricter exit conditions hold", () => {
    const strict = windows("bbgggg").map((window, index) => {
      const state = index < 4 ? ("bad" as const) : ("good" as const);
      return { ...window, back: { state, users: state } };
    });
    expect(firstHeldRun(strict, { view: "state", holdMs: 1000, from: 0 })).toBe(4);
  });

  it.each([
    ["bbggg", 1500, 2],
    ["bgbggg", 1500, 3],
    ["bggugg", 1500, undefined],
    ["bbgg", 1500, undefined],
    ["bbgg", 1000, 2],
  ])("%s holds good for %i ms from %s", (text, holdMs, index) => {
    expect(firstHeldRun(windows(text), { view: "state", holdMs, from: 0 })).toBe(index);
  });

  it("begin anew in a window that was seen broken and ended well, at the instant of that look", () => {
    const asked = { view: "state", holdMs: 1000, from: 0, brokenUntil: new Map([[1, 700]]) } as const;
    expect(firstHeldRun(windows("ggg"), asked)).toBeUndefined();
    expect(firstHeldRun(windows("gggg"), asked)).toBe(1);
  });

  it("find the last window of a state before another", () => {
    expect(lastBefore(windows("gbug"), 3, ({ state }) => state === "bad")).toBe(1);
    expect(lastBefore(windows("gbug"), 1, ({ state }) => state === "bad")).toBeUndefined();
  });

  it("are kept when at most half was unseen and never k in a row were bad", () => {
    expect(steadinessOf(windows("ggbguu"), { badAfter: 2 }).state).toBe("kept");
    expect(steadinessOf(windows("guuu"), { badAfter: 2 }).state).toBe("unseen");
    expect(steadinessOf([], { badAfter: 2 }).state).toBe("unseen");
    expect(steadinessOf(windows("uubbuu"), { badAfter: 2 })).toMatchObject({ state: "broken", at: { from: 1000 } });
  });
});
