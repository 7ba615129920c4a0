// Run folders of earlier builds stay readable: fields are found by the names that they had.

import { describe, expect, test } from "vitest";
import { eventByTodaysNames, planByTodaysNames, runByTodaysNames } from "../../../src/records/former-names.ts";
import { planSchema } from "../../../src/records/plan.ts";
import { runSchema } from "../../../src/records/results/run-result.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { passingRun } from "../../builders/sample-run.ts";

const words = { looks: 4, by: { timeout: 1 }, last: "timeout" };

/** A run in which every renamed field is set, and a probe is named like one of them. */
function newRun(): RunResult {
  const { run } = passingRun();
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map(({ plan, facts, verdict }) => ({
      plan: { ...plan, takesWholeService: ["vector"] },
      facts: {
        ...facts,
        baseline: { ...facts.baseline, deeds: 1 },
        blindSamples: { deeds: { ...words, unseen: 1 } },
        sampleNotes: { blindLooks: { ...words, noted: 1 } },
        actions: { started: [], unclaimed: false, strayAlarms: 0 },
      },
      verdict,
    })),
  }));
  return { ...run, intents };
}

/** The same as a build of before the renaming wrote it. */
function asFormerly(run: RunResult): unknown {
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map(({ plan, facts, verdict }) => {
      const { takesWholeService: sparesNone, ...restOfPlan } = plan;
      const { blindSamples: blindLooks, sampleNotes: lookNotes, actions: deeds, ...rest } = facts;
      return { plan: { ...restOfPlan, sparesNone }, facts: { ...rest, blindLooks, lookNotes, deeds }, verdict };
    }),
  }));
  return { ...run, intents };
}

describe("a run of an earlier build", () => {
  test("is the same run by today's names, and names that users chose stay", () => {
    const run = newRun();
    const former = asFormerly(run);
    expect(run.intents.flatMap(({ trials }) => trials).length).toBeGreaterThan(0);
    expect(runSchema.safeParse(former).success).toBe(false);
    expect(runSchema.parse(runByTodaysNames(former))).toEqual(run);
    expect(runSchema.parse(runByTodaysNames(run))).toEqual(run);
  });

  test("has plans that can be read", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const { takesWholeService: sparesNone, ...rest } = plan ?? {};
    expect(planSchema.parse(planByTodaysNames({ ...rest, sparesNone }))).toEqual(plan);
  });

  test("has changes of load that are faults now, in plans and in timelines", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const former = { ...plan, disturbances: [{ type: "load", times: 1.5 }] };
    expect(planSchema.safeParse(former).success).toBe(false);
    const [disturbance] = planSchema.parse(planByTodaysNames(former)).disturbances;
    expect(disturbance).toMatchObject({ type: "fault", fault: "load.change", params: { times: 1.5 } });
    const line = { at: 5200, kind: "load-change", disturbance: 0, times: 1.5 };
    expect(timelineEventSchema.safeParse(line).success).toBe(false);
    const event = timelineEventSchema.parse(eventByTodaysNames(line));
    expect(event).toMatchObject({ at: 5200, kind: "fault", disturbance: 0, step: "confirmed", harmFrom: 5200 });
    expect(JSON.stringify(event)).toContain("kept no proof");
  });

  test("has plans that do nothing, which are called harmless now", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    const nothing = { type: "fault", fault: "nothing", site: { service: "", replica: "" }, seed: 1, params: {} };
    const [disturbance] = planSchema.parse(planByTodaysNames({ ...plan, disturbances: [nothing] })).disturbances;
    expect(disturbance).toMatchObject({ fault: "nothing", harmless: true });
  });

  test.each([[null], [3], ["text"], [[]], [{}], [{ intents: 1 }], [{ intents: [null, { trials: [null, 7] }] }]])(
    "that is none (%j) is left for its schema to refuse",
    (value) => {
      expect(runByTodaysNames(value)).toEqual(value);
      expect(planByTodaysNames(value)).toEqual(value);
    },
  );

  test("with both names in one object is refused, since nobody knows which one counts", () => {
    const plan = newRun().intents[0]?.trials[0]?.plan;
    expect(planSchema.safeParse(planByTodaysNames({ ...plan, sparesNone: ["other"] })).success).toBe(false);
  });
});
