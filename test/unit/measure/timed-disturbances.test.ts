// Known truth for trials whose disturbances come and go at times of their own: which recovery is the recovery, and
// whose.

import { describe, expect, test } from "vitest";
import type { PlannedDisturbance } from "../../../src/records/plan.ts";
import type { FaultEvent } from "../../../src/records/timeline/fault.ts";
import type { TrialRecord } from "../../../src/core/verdict.ts";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import { measureTrial } from "../../builders/measured.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";

const evidence = { confirmed: true, expected: "", seen: "" };
const step = (
  disturbance: number,
  name: FaultEvent["step"],
  at: number,
  more: Partial<FaultEvent> = {},
): FaultEvent => ({
  kind: "fault",
  disturbance,
  step: name,
  at,
  evidence,
  ...more,
});

const first = basePlan.disturbances[0] as PlannedDisturbance;

/** Users are hurt in these stretches, ms; the state is whole. The plan's timings, and what was done by them. */
function trial(
  hurt: readonly (readonly [number, number])[],
  timings: readonly PlannedDisturbance["timing"][],
  events: readonly TimelineEvent[],
): TrialRecord {
  const isHurt = (at: number): boolean => hurt.some(([from, to]) => at >= from && at < to);
  const disturbances = timings.map((timing) => ({ ...first, ...(timing && { timing }) }));
  const record = tell({
    plan: { disturbances },
    phases: {
      boot: 0,
      warmup: 1000,
      baseline: 2000,
      inject: 6000,
      observe: 6100,
      revert: 26_000,
      teardown: 27_000,
      done: 28_000,
    },
    fate: (sent) => (isHurt(sent) ? { latencyMs: 20, error: "status 503" } : { latencyMs: 20, right: true }),
    state: (at) => Object.fromEntries(basePlan.targetFacts.stateProbes.map(({ name }) => [name, isHurt(at) ? 0 : 1])),
  });
  return { ...record, timeline: [...record.timeline, ...events].sort((a, b) => a.at - b.at) };
}

const marksOf = (facts: TrialFacts): (number | undefined)[] => [facts.marks.t0?.at, facts.marks.t6?.at];
const atOnce = [step(0, "applying", 6000), step(0, "confirmed", 6050, { harmFrom: 6010 })];

describe("a recovery between two disturbances", () => {
  const timings = [undefined, { atMs: 8000 }];
  const second = [step(1, "applying", 14_000), step(1, "confirmed", 14_050, { harmFrom: 14_010 })];

  test("is not the recovery, however well it held: that comes after the last one", () => {
    const facts = measureTrial(
      trial(
        [
          [6000, 8000],
          [14_000, 17_000],
        ],
        timings,
        [...atOnce, ...second],
      ),
    );
    expect(facts.marks.t0?.at).toBe(6050);
    expect(facts.marks.t6?.lo).toBeLessThanOrEqual(17_000);
    expect(facts.marks.t6?.hi).toBeGreaterThanOrEqual(17_000);
    expect(facts.recovery).toBe("healed");
    expect(facts.mttr?.ms).toBeGreaterThan(10_000);
  });

  test("is the recovery when nothing else was disturbed after it", () => {
    const facts = measureTrial(
      trial(
        [
          [6000, 8000],
          [14_000, 17_000],
        ],
        [undefined, undefined],
        atOnce,
      ),
    );
    expect(facts.marks.t6?.lo).toBeLessThanOrEqual(8000);
    expect(facts.marks.t6?.hi).toBeGreaterThanOrEqual(8000);
  });

  test("is dated to the last disturbance when that one hurt nobody", () => {
    const facts = measureTrial(trial([[6000, 8000]], timings, [...atOnce, ...second]));
    expect(marksOf(facts)).toEqual([6050, 14_010]);
  });
});

describe("a fault that is taken back by the plan", () => {
  const timings = [{ forMs: 6000 }];
  const back = [step(0, "reverting", 12_050, { scheduled: true }), step(0, "reverted", 12_100, { scheduled: true })];

  test("was waited out when users were served only then, and has no time to repair", () => {
    const facts = measureTrial(trial([[6000, 12_060]], timings, [...atOnce, ...back]));
    expect(facts.recovery).toBe("waited-out");
    expect(facts.mttr).toBeUndefined();
    expect(facts.marks.t8).toEqual({ at: 12_100, lo: 12_050, hi: 12_100 });
  });

  test("was healed when users were served again, for the hold, while it was still in place", () => {
    const facts = measureTrial(trial([[6000, 7500]], timings, [...atOnce, ...back]));
    expect(facts.recovery).toBe("healed");
    expect(facts.marks.t6?.lo).toBeLessThanOrEqual(7500);
    expect(facts.marks.t6?.hi).toBeGreaterThanOrEqual(7500);
  });

  test("is no end of the watch: what was seen after it counts", () => {
    const facts = measureTrial(
      trial(
        [
          [6000, 7500],
          [20_000, 24_000],
        ],
        timings,
        [...atOnce, ...back],
      ),
    );
    expect(facts.relapse.at?.at).toBeGreaterThanOrEqual(19_000);
  });
});

describe("a disturbance that never came", () => {
  const never = step(1, "unconfirmed", 25_900, {
    reason: "never applied: the trial ended before it was due (once x > 1)",
  });

  test("confirms no effect, and says what was waited for", () => {
    const timings = [undefined, { when: { condition: "x > 1" } }];
    const record = trial([[6000, 8000]], timings, [
      ...atOnce,
      { ...never, evidence: undefined } as unknown as FaultEvent,
    ]);
    const { findings, outcome } = judgeTrial(record, measureTrial(record));
    expect(outcome).not.toBe("pass");
    const finding = findings.find(({ rule }) => rule === "effect-confirmed");
    expect(finding?.outcome).toBe("fail");
    expect(finding?.says).toContain("never applied: the trial ended before it was due (once x > 1)");
  });
});
