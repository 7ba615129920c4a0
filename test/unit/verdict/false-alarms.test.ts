import { judged } from "../../builders/measured.ts";
import { describe, expect, it } from "vitest";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { falseAlarms } from "../../../src/verdict/false-alarms.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

function trial(name: StoryName): TrialResult {
  return judged(tell(stories[name]));
}
const watched = (hours: number, alarms: number): TrialResult => {
  const quiet = trial("placebo, quiet");
  return { ...quiet, facts: { ...quiet.facts, calm: { watchedMs: hours * 3_600_000, alarms } } };
};

describe("false alarms by the hour", () => {
  it("after none are at most 3/T, and never zero", () => {
    const found = falseAlarms([watched(1, 0), watched(2, 0)]);
    expect(found).toMatchObject({ alarms: 0, watchedMs: 10_800_000, perHour: 0, lo: 0 });
    expect(found?.hi).toBeCloseTo(2.9957 / 3, 4);
    expect(found?.says).toBe("no false alarm in 3.0 h without a fault: at most 1 an hour (95 %)");
  });

  it("prove little in a short calm, and say so", () => {
    const found = falseAlarms([trial("placebo, quiet"), trial("clean heal")]);
    expect(found?.says).toBe("no false alarm in 28 s without a fault: at most 390 an hour (95 %)");
  });

  it("have the exact two-sided interval once there are any, rounded outwards", () => {
    expect(falseAlarms([watched(10, 1)])?.says).toBe(
      "1 false alarm in 10.0 h without a fault: 0.1 an hour (95 % 0.0025–0.56)",
    );
    expect(falseAlarms([watched(1, 2), watched(0.5, 3)])?.says).toBe(
      "5 false alarms in 90 min without a fault: 3.3 an hour (95 % 1–7.8)",
    );
  });

  it("are over trials that passed or failed, and not told where nothing was heard", () => {
    const doubtful = watched(9, 9);
    expect(falseAlarms([{ ...doubtful, verdict: { outcome: "invalid", findings: [] } }])).toBeUndefined();
    expect(falseAlarms([])).toBeUndefined();
    expect(falseAlarms([watched(0, 0)])).toBeUndefined();
  });
});
