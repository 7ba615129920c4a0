import { judged } from "../../builders/measured.ts";
import { describe, expect, it } from "vitest";
import { trialName } from "../../../src/core/plan.ts";
import type { StoppingRule } from "../../../src/core/stopping-rule.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { makeSchedule } from "../../../src/plan/schedule.ts";
import { attribute } from "../../../src/verdict/attribution.ts";
import { enoughSoFar } from "../../../src/verdict/enough-so-far.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

const sequential = { most: 20, looks: 20 };

function trial(name: StoryName): TrialResult {
  const told = tell(stories[name]);
  return judged({ ...told, plan: { ...told.plan, sequential } });
}

const healed = trial("clean heal");
const stuck = trial("ablated, stays broken");
const loopStuck = trial("loop ablated, stays broken");
const aloneStuck = trial("unhealed, stays broken");
const block = (n: number, ...trials: readonly TrialResult[]): TrialResult[] =>
  Array.from({ length: n }, () => trials).flat();
const stopping: StoppingRule = { least: 1, most: 20 };
const ask = (trials: readonly TrialResult[]): ReturnType<typeof enoughSoFar> => enoughSoFar(trials, stopping);

describe("an intent has trials enough", () => {
  it("as soon as its attribution would be given, and not before", () => {
    for (const n of [1, 2, 3, 4, 5]) {
      const trials = block(n, healed, stuck);
      const isGiven = attribute(trials).verdict === "ATTRIBUTED";
      expect(ask(trials).enough).toBe(isGiven);
      expect(isGiven).toBe(n >= 4);
    }
  });

  it("counting only trials that tell, while the others are spent", () => {
    const blind = trial("probe blinded");
    expect(ask([...block(3, healed, stuck), blind, stuck]).enough).toBe(false);
    expect(ask([...block(3, healed), ...block(16, blind), ...block(19, trial("ablated, never broke"))])).toMatchObject({
      enough: true,
      ground: "futile",
    });
  });

  it("when one recovered trial cannot be the declared action's doing, so that none to come can help", () => {
    const wrong = ask([healed, trial("wrong pathway"), stuck, stuck]);
    expect(wrong).toMatchObject({ enough: true, ground: "futile" });
    expect(wrong.because).toBe(
      "a treatment trial was repaired by restart-replica: no trial left can prove a difference",
    );
    expect(ask([trial("recovers by itself"), stuck])).toMatchObject({ enough: true, ground: "futile" });
    expect(ask([trial("never recovers"), stuck]).enough).toBe(false);
  });

  it("by the first arm that it can be compared with, and by its budget alone without any", () => {
    expect(ask(block(4, healed, loopStuck)).ground).toBe("proven");
    expect(ask(block(4, healed, aloneStuck)).ground).toBe("proven");
    expect(ask([...block(4, healed, aloneStuck), stuck]).enough).toBe(false);
    expect(ask(block(19, healed)).enough).toBe(false);
    expect(ask(block(20, healed))).toMatchObject({ enough: true, ground: "spent" });
    expect(enoughSoFar(block(19, healed), { ...stopping, width: 0.5 }).ground).toBe("narrow");
  });

  it("when the ablated arm recovers as often and nothing left could change it", () => {
    const lucky = trial("ablated, recovers by itself");
    expect(ask(block(5, healed, lucky)).enough).toBe(false);
    expect(ask(block(18, healed, lucky))).toMatchObject({ enough: true, ground: "futile" });
    expect(ask(block(5, trial("never recovers"), lucky))).toMatchObject({ enough: true, ground: "refuted" });
  });
});

describe("an intent that is being run", () => {
  const plans = [1, 2, 3, 4, 5, 6].flatMap((index) =>
    [healed, stuck].map(({ plan }) => ({ ...plan, index, intent: "a/b" })),
  );
  /**
   * Runs trial by trial as the run does; `first` is what comes of the first treatment trial, the others are repaired as
   * declared.
   */
  function run(first: TrialResult): { readonly ran: readonly string[]; readonly because: string | undefined } {
    const schedule = makeSchedule(plans, {
      stopping: new Map([["a/b", { least: 2, most: 6 }]]),
      enough: enoughSoFar,
    });
    const ran: string[] = [];
    for (let plan = schedule.next(0); plan !== undefined; plan = schedule.next(0)) {
      const came = plan.arm === "ablation" ? stuck : plan.index === 1 ? first : healed;
      ran.push(trialName(plan));
      schedule.ended(plan, { ...came, plan }, 1000);
    }
    return { ran, because: schedule.stopped.get("a/b")?.because };
  }

  it("ends after its least when a trial has spoilt the comparison, and says which", () => {
    expect(run(trial("wrong pathway"))).toEqual({
      ran: ["a/b treatment-1", "a/b ablation-1", "a/b treatment-2", "a/b ablation-2"],
      because: "a treatment trial was repaired by restart-replica: no trial left can prove a difference",
    });
    expect(run(trial("recovers by itself")).because).toMatch(
      /^a treatment trial recovered without the declared action/,
    );
    expect(run(healed).ran.length).toBeGreaterThan(4);
  });
});
