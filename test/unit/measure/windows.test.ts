import { describe, expect, it } from "vitest";
import type { Condition } from "../../../src/records/conditions.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { TrialRecord } from "../../../src/core/verdict.ts";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import { stories } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";

const judgeWindows = (record: TrialRecord) => trialViewOf(record).windows;
const whole = tell(stories["clean heal"]);
const windowAt = (record: typeof whole, at: number) =>
  judgeWindows(record).windows.find((window) => window.from <= at && at < window.to);

function withConditions(conditions: readonly Condition[], record = whole): typeof whole {
  return { ...record, plan: { ...record.plan, steady: { ...record.plan.steady, conditions } } };
}

describe("windows", () => {
  it("are aligned to the baseline, as long as planned, without a gap, and stop before an unfinished one", () => {
    const { windows } = judgeWindows(whole);
    expect(windows[0]).toMatchObject({ from: 1000, to: 1500 });
    expect(windows.every((window, i) => i === 0 || window.from === windows[i - 1]?.to)).toBe(true);
    expect(windows.at(-1)?.to).toBe(30_000);
    const cut = { ...whole, timeline: whole.timeline.filter((event) => event.at < 2499) };
    expect(judgeWindows(cut).windows.at(-1)?.to).toBe(2000);
  });

  it("carry what users saw and the latest look of every state probe", () => {
    expect(windowAt(whole, 3000)?.values).toEqual({
      "users.count": 10,
      "users.error_share": 0,
      "users.slow_share": 0,
      "users.bad_share": 0,
      "users.right_share": 1,
      "users.latency_p50": 150.5,
      "users.ttft_p50": 50.5,
      "retrieval.self": 1,
      "data.records": 2000,
    });
    expect(windowAt(whole, 7000)).toMatchObject({
      state: "bad",
      users: "bad",
      broken: ["users-fine", "index-whole"],
      values: { "users.bad_share": 0.6, "users.right_share": 0.4, "retrieval.self": 0.4 },
    });
  });

  it("say nothing of shares and medians below five requests", () => {
    const thin = { ...stories["clean heal"], plan: { load: { ...basePlan.load, ratePerSecond: 8 } } };
    const window = windowAt(tell(thin), 3000);
    expect(window?.values).not.toHaveProperty("users.bad_share");
    expect(window?.values["users.count"]).toBe(4);
    expect(window).toMatchObject({ state: "unseen", users: "unseen", broken: [] });
  });

  it("are unseen when a look saw nothing, but bad when something else is known to be broken", () => {
    const blind = { ...stories["clean heal"], state: () => ({ "retrieval.self": null }) };
    const record = tell(blind);
    expect(windowAt(record, 3000)).toMatchObject({ state: "unseen", users: "good" });
    expect(windowAt(record, 7000)).toMatchObject({ state: "bad", broken: ["users-fine"] });
  });

  it("go by the latest look in them, even if an earlier one saw something", () => {
    const record = tell(stories["clean heal"]);
    const extra: TimelineEvent = {
      kind: "reading",
      probe: "retrieval.self",
      from: 3400,
      at: 3499,
      reading: { ok: false, reason: "timeout" },
    };
    const timeline = [...record.timeline, extra];
    expect(windowAt({ ...record, timeline }, 3000)?.state).toBe("unseen");
  });

  it("hear a slow probe until its next look is overdue, and no longer", () => {
    const last = (at: number): typeof whole => ({
      plan: {
        ...whole.plan,
        targetFacts: { ...basePlan.targetFacts, stateProbes: [{ name: "retrieval.self", everyMs: 700 }] },
      },
      timeline: whole.timeline.filter((event) => event.kind !== "reading" || event.at <= at),
    });
    expect(windowAt(last(3290), 4000)?.values["retrieval.self"]).toBe(1);
    expect(windowAt(last(3040), 4000)?.values["retrieval.self"]).toBeUndefined();
  });

  it("may be compared with the baseline: medians and pooled shares of it, and requests per window", () => {
    expect(judgeWindows(whole).baseline).toMatchObject({
      "users.count": 10,
      "users.latency_p50": 150.5,
      "users.bad_share": 0,
      "retrieval.self": 1,
    });
    const relative: Condition = {
      name: "as-fast",
      expression: "users.latency_p50 <= 0.5 * baseline.users.latency_p50",
      view: "users",
    };
    expect(windowAt(withConditions([relative]), 3000)).toMatchObject({ state: "bad", broken: ["as-fast"] });
  });

  it("are never good without a condition, nor with one that does not compile", () => {
    expect(windowAt(withConditions([]), 3000)).toMatchObject({ state: "unseen", users: "unseen" });
    const nonsense: Condition = { name: "nonsense", expression: "users.count >>> 1", view: "users" };
    expect(windowAt(withConditions([nonsense]), 3000)?.state).toBe("unseen");
  });

  it("do not exist for a trial that never came to a baseline", () => {
    const timeline = whole.timeline.filter((event) => event.kind !== "phase");
    expect(judgeWindows({ ...whole, timeline })).toMatchObject({
      windows: [],
      since: [],
      badSamples: [],
      baseline: {},
    });
  });
});
