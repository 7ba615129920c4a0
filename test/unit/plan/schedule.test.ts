import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { trialName } from "../../../src/core/plan.ts";
import type { StoppingRule } from "../../../src/core/stopping-rule.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import type { Enough } from "../../../src/plan/schedule.ts";
import { inSeededOrder } from "../../../src/plan/order.ts";
import { makeSchedule, type Decision, type Schedule, type ScheduleOptions } from "../../../src/plan/schedule.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

const rule: StoppingRule = { least: 2, most: 5, width: 0.5 };
const arms = ["treatment", "ablation"] as const;

function plansOf(intent: string, trials: number, seed = 1): TrialPlan[] {
  const indexes = Array.from({ length: trials }, (_, at) => at + 1);
  const plans = indexes.flatMap((index) => arms.map((arm): TrialPlan => ({ ...basePlan, intent, arm, index })));
  return inSeededOrder(plans, seed);
}

function resultOf(plan: TrialPlan, outcome: TrialResult["verdict"]["outcome"] = "pass"): TrialResult {
  return { plan, verdict: { outcome, findings: [] } } as unknown as TrialResult;
}

/** Enough after so many trials that count. */
function enoughAfter(count: number): Enough {
  return (trials) => {
    const counted = trials.filter(({ verdict }) => verdict.outcome === "pass" || verdict.outcome === "fail").length;
    return { enough: counted >= count, because: `${counted} counted` };
  };
}

interface Simulated {
  readonly schedule: Schedule;
  readonly decisions: readonly Decision[];
}

function scheduleOf(plans: readonly TrialPlan[], options: Partial<ScheduleOptions> = {}): Simulated {
  const decisions: Decision[] = [];
  const all = { stopping: new Map([["a/b", rule]]), enough: enoughAfter(99), ...options };
  return { schedule: makeSchedule(plans, all, (decision) => decisions.push(decision)), decisions };
}

/** Runs one after the other, each for 10 s, to the end. */
function runAlone(
  { schedule }: Simulated,
  outcome: (plan: TrialPlan) => TrialResult["verdict"]["outcome"] = () => "pass",
): string[] {
  const names: string[] = [];
  for (let at = 0; ; at += 10_000) {
    const plan = schedule.next(at);
    if (plan === undefined) return names;
    names.push(trialName(plan));
    schedule.ended(plan, resultOf(plan, outcome(plan)), 10_000);
  }
}

describe("an intent that asks for as many trials as are needed", () => {
  test("ends after the first block from the least on after which there is enough, and drops the rest", () => {
    const plans = plansOf("a/b", 5);
    const told = scheduleOf(plans, { enough: enoughAfter(1) });
    expect(runAlone(told)).toEqual(plans.slice(0, 4).map(trialName));
    expect(told.decisions).toEqual([
      { intent: "a/b", stopped: { because: "4 counted", trials: 2, most: 5 }, dropped: plans.slice(4) },
    ]);
  });

  test("goes on to the most when trials say nothing, and says that it was not enough", () => {
    const told = scheduleOf(plansOf("a/b", 5), { enough: enoughAfter(4) });
    expect(runAlone(told, () => "inconclusive")).toHaveLength(10);
    expect(told.schedule.stopped.get("a/b")).toEqual({
      because: "not narrow enough after the most trials allowed: 0 counted",
      trials: 5,
      most: 5,
    });
  });

  test("ends at the end of the block in which the time of its own trials is spent", () => {
    const told = scheduleOf(plansOf("a/b", 5), { stopping: new Map([["a/b", { ...rule, budgetMs: 50_000 }]]) });
    expect(runAlone(told)).toHaveLength(6);
    expect(told.schedule.stopped.get("a/b")?.because).toBe("its budget of 50s is spent: 6 counted");
  });

  test("is asked after whole blocks only, and with every trial so far", () => {
    const asked: number[] = [];
    const enough: Enough = (trials) => {
      asked.push(trials.length);
      return { enough: false, because: "" };
    };
    runAlone(scheduleOf(plansOf("a/b", 3), { enough }));
    expect(asked).toEqual([2, 4, 6]);
  });

  test("side by side: the next block waits for the last trial of this one, other intents do not", () => {
    const plans = [...plansOf("a/b", 2), ...plansOf("c/d", 2)];
    const asked: number[] = [];
    const enough: Enough = (trials) => {
      asked.push(trials.length);
      return { enough: false, because: "" };
    };
    const { schedule } = scheduleOf(plans, { enough });
    const first = schedule.next(0);
    const second = schedule.next(0);
    expect([first?.index, second?.index, first?.intent, second?.intent]).toEqual([1, 1, "a/b", "a/b"]);
    expect(schedule.next(0)?.intent).toBe("c/d");
    if (first === undefined || second === undefined) throw new Error("nothing started");
    schedule.ended(first, resultOf(first), 1);
    expect(schedule.next(0)?.intent).toBe("c/d");
    expect(asked).toEqual([]);
    schedule.ended(second, resultOf(second), 1);
    expect(schedule.next(0)).toMatchObject({ intent: "a/b", index: 2 });
    expect(asked).toEqual([2]);
  });

  test("is not decided by a trial that was ended early", () => {
    const { schedule } = scheduleOf(plansOf("a/b", 5), { enough: enoughAfter(0) });
    for (let n = 0; n < 4; n += 1) {
      const plan = schedule.next(0);
      if (plan !== undefined) schedule.ended(plan, undefined, 1);
    }
    expect(schedule.stopped.size).toBe(0);
  });
});

describe("the others", () => {
  test("run every trial in the order planned, however much is enough", () => {
    const plans = plansOf("a/b", 4);
    const told = scheduleOf(plans, { stopping: new Map(), enough: enoughAfter(0) });
    expect(runAlone(told)).toEqual(plans.map(trialName));
    expect(told.decisions).toEqual([]);
  });

  test("begin no block once the run's budget is spent, but finish the one that began", () => {
    const told = scheduleOf(plansOf("a/b", 4), { stopping: new Map(), budgetMs: 25_000 });
    expect(runAlone(told)).toHaveLength(4);
    expect(told.schedule.stopped.get("a/b")).toEqual({
      because: "the run's budget of 25s is spent",
      trials: 2,
      most: 4,
    });
  });
});

test("whatever comes out and however many run at once, arms differ by no trial once an intent is decided", () => {
  const story = fc.record({
    jobs: fc.integer({ min: 1, max: 5 }),
    enough: fc.integer({ min: 0, max: 25 }),
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(story, ({ jobs, enough, picks, seed }) => {
      const { schedule } = scheduleOf(plansOf("a/b", 5, seed), { enough: enoughAfter(enough) });
      const running: TrialPlan[] = [];
      const done: TrialPlan[] = [];
      for (let step = 0; step < 100; step += 1) {
        while (running.length < jobs) {
          const plan = schedule.next(0);
          if (plan === undefined) break;
          running.push(plan);
        }
        const [ended] = running.splice((picks[step % picks.length] ?? 0) % Math.max(1, running.length), 1);
        if (ended === undefined) break;
        done.push(ended);
        schedule.ended(ended, resultOf(ended), 1);
      }
      const counts = arms.map((arm) => done.filter((plan) => plan.arm === arm).length);
      expect(running).toEqual([]);
      expect(schedule.waiting).toEqual([]);
      expect(counts[0]).toBe(counts[1]);
      expect(counts[0]).toBe(schedule.stopped.get("a/b")?.trials);
    }),
  );
});
