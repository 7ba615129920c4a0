// Known truth for trials with several streams of requests: what happens to one stream is seen on that one alone.

import { describe, expect, test } from "vitest";
import type { LoadSpec } from "../../../src/records/conditions.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { measureTrial } from "../../builders/measured.ts";
import { abortGuard } from "../../../src/measure/conduct/aborting.ts";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import { harnessKeptPace } from "../../../src/verdict/rules/harness-kept-pace.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Fate } from "../../builders/simulated-story.ts";

const chat = { arrival: "constant", ratePerSecond: 30, slowOverMs: 200, timeoutMs: 5000 } as const;
const load: LoadSpec = { ...basePlan.load, stream: "ask", streams: { chat } };
const [hurtFrom, hurtTo] = [6010, 10_000];
const isHurt = (at: number): boolean => at >= hurtFrom && at < hurtTo;
const well = (): Fate => ({ latencyMs: 30 });
const failing = (at: number): Fate => (isHurt(at) ? { latencyMs: 5, error: "status 503" } : { latencyMs: 30 });
/** Slow for users of chat, who wait 200 ms, and not for those of ask, who wait 1 s. */
const slower = (at: number): Fate => ({ latencyMs: isHurt(at) ? 400 : 30 });

interface Simulated {
  readonly ask?: (at: number) => Fate;
  readonly chat?: (at: number) => Fate;
  readonly plan?: Partial<TrialPlan>;
  readonly sendLagMs?: (id: number) => number;
}

function trial({ ask = well, chat: ofChat = well, plan, sendLagMs }: Simulated) {
  return tell({
    plan: { load, ...plan },
    phases: { boot: 0, warmup: 1000, baseline: 2000, inject: 6000, observe: 6100, revert: 24_000, teardown: 25_000 },
    fate: ask,
    fates: { chat: ofChat },
    fault: { applying: 6000, harmFrom: 6010, confirmed: 6050 },
    state: () => ({ "retrieval.self": 1, "data.records": 500 }),
    ...(sendLagMs && { sendLagMs }),
  });
}

const steadyBy = (expression: string): TrialPlan["steady"] => ({
  ...basePlan.steady,
  conditions: [{ name: "it", expression, view: "users" }],
});

describe("a fault that hurts one of two streams", () => {
  test("shows nothing at all on the other one", () => {
    const facts = measureTrial(trial({ chat: failing }));
    const values = facts.windows.map((window) => window.values);
    expect(values.filter((seen) => (seen["users.bad_share"] ?? 0) > 0)).toEqual([]);
    expect(facts.load).toMatchObject({ errors: 0, errorsBy: { baseline: {}, disturbed: {} } });
    const errors = Math.round(((hurtTo - hurtFrom) / 1000) * chat.ratePerSecond);
    expect(Math.abs((facts.load.streams?.["chat"]?.errors ?? 0) - errors)).toBeLessThanOrEqual(1);
    expect(values.some((seen) => seen["users.chat.error_share"] === 1)).toBe(true);
  });

  test("breaks the conditions that ask about that one, to the request", () => {
    const plan = { steady: steadyBy("users.chat.error_share <= 0.1") };
    const { marks, recovery } = measureTrial(trial({ chat: failing, plan }));
    expect(recovery).toBe("healed");
    expect(Math.abs((marks.t1?.at ?? 0) - hurtFrom)).toBeLessThan(60);
    expect(Math.abs((marks.t6?.at ?? 0) - hurtTo)).toBeLessThan(60);
    expect((marks.t6?.hi ?? 0) - (marks.t6?.lo ?? 0)).toBeLessThan(150);
  });

  test("does not break conditions about the other one while most are served", () => {
    const half = (at: number): Fate => (Math.round(at / 33) % 3 === 0 ? failing(at) : { latencyMs: 30 });
    const plan = { steady: steadyBy("users.error_share <= 0.1") };
    expect(measureTrial(trial({ chat: half, plan })).recovery).toBe("not-disturbed");
  });

  test("is seen as an outage where nothing is asked about it, and its users get nothing", () => {
    const plan = { steady: steadyBy("users.error_share <= 0.1") };
    const facts = measureTrial(trial({ chat: failing, plan }));
    expect(facts.recovery).toBe("healed");
    expect(Math.abs((facts.marks.t1?.at ?? 0) - hurtFrom)).toBeLessThanOrEqual(500);
  });

  test("is slow by that stream's own bound", () => {
    const values = measureTrial(trial({ ask: slower, chat: slower })).windows.map((window) => window.values);
    expect(Math.max(...values.map((seen) => seen["users.chat.slow_share"] ?? 0))).toBe(1);
    expect(Math.max(...values.map((seen) => seen["users.slow_share"] ?? 0))).toBe(0);
  });

  test("burns the budget of the stream that the intent names, and of no other", () => {
    const burnt = (stream?: string) => {
      const budget = { slo: 0.9, maxBurn: 8, ...(stream !== undefined && { stream }) };
      const plan = { steady: steadyBy("users.chat.error_share <= 0.1"), expect: { ...basePlan.expect, budget } };
      return measureTrial(trial({ chat: failing, plan })).burn?.bad;
    };
    expect(burnt()).toBe(0);
    expect(Math.abs((burnt("chat") ?? 0) - 120)).toBeLessThanOrEqual(3);
  });

  test("ends the trial by an abort condition about that stream", () => {
    const abortIf = [{ name: "it", expression: "users.chat.error_share > 0.9", view: "users" }] as const;
    const guard = abortGuard({ abortIf });
    const view = (ofChat: (at: number) => Fate) => trialViewOf(trial({ chat: ofChat }));
    expect(guard(view(failing), 6000, 24_000)?.name).toBe("it");
    expect(guard(view(well), 6000, 24_000)).toBeUndefined();
  });
});

describe("the load of a named stream", () => {
  const pace = (told: Simulated) => {
    const record = trial(told);
    return harnessKeptPace(record, measureTrial(record));
  };

  test("counts as load that must arrive, and its requests are counted with the others", () => {
    const { expected, streams } = measureTrial(trial({})).load;
    expect(pace({})?.says).toContain(`${expected + (streams?.["chat"]?.expected ?? 0)} requests`);
    const record = trial({});
    const without = { ...record, timeline: record.timeline.filter((event) => !("stream" in event)) };
    const says = harnessKeptPace(without, measureTrial(without));
    expect(says).toMatchObject({ outcome: "inconclusive", says: "no load of chat arrived" });
  });

  test("sent late is doubted by name, unless its source decides itself when to send", () => {
    const late = { sendLagMs: () => 90 };
    expect(pace(late)).toMatchObject({ outcome: "inconclusive" });
    expect(pace(late)?.says).toContain("of the requests of chat were sent 90 ms late or later (bound: 50 ms)");
    const closed = { load: { ...load, streams: { chat: { ...chat, closedLoop: true as const } } } };
    expect(pace({ ...late, plan: closed })?.says ?? "").not.toContain("of chat");
  });

  test("is no part of the facts of older runs, which name no stream", () => {
    const { load: old } = measureTrial(trial({ plan: { load: basePlan.load } }));
    expect(old).not.toHaveProperty("streams");
    expect(old.answered).toBe(old.expected);
  });
});
