// Why it failed, beside how often: the words of requests and looks reach facts, windows and findings, and no count is
// lost.

import { describe, expect, test } from "vitest";
import { totalOf } from "../../../src/core/reasons.ts";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import { foldTrial } from "../../../src/measure/facts/fold.ts";
import { measureTrial } from "../../builders/measured.ts";
import { factsOf } from "../../../src/measure/facts/measure-trial.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

const phases = { boot: 0, warmup: 500, baseline: 2000, inject: 6000, observe: 6200, revert: 20_000, teardown: 21_000 };
const seen = { "retrieval.self": 1, "data.records": 100 };
const calm: Story = {
  phases: { ...phases, done: 21_500 },
  fault: { applying: 6000, confirmed: 6100 },
  fate: () => ({ latencyMs: 50 }),
  state: () => seen,
};

function facts(story: Story): TrialFacts {
  return measureTrial(tell(story));
}

function said(story: Story, rule: string): string {
  const record = tell(story);
  return judgeTrial(record, measureTrial(record)).findings.find((finding) => finding.rule === rule)?.says ?? "";
}

describe("errors have words", () => {
  test("counted apart for before and from the disturbance on, adding up to all errors", () => {
    const { load } = facts({
      ...calm,
      fate: (sent, id) =>
        id % 10 === 0 ? { latencyMs: 5, error: sent < 6000 ? "status 429" : "cut stream" } : { latencyMs: 50 },
    });
    expect(Object.keys(load.errorsBy?.baseline ?? {})).toEqual(["status 429"]);
    expect(Object.keys(load.errorsBy?.disturbed ?? {})).toEqual(["cut stream"]);
    expect(totalOf(load.errorsBy?.baseline ?? {}) + totalOf(load.errorsBy?.disturbed ?? {})).toBe(load.errors);
    expect(load.notesBy).toBeUndefined();
  });

  test("as many as are counted in every golden story, and the same live as afterwards", () => {
    for (const story of Object.values(stories)) {
      const record = tell(story);
      const fold = foldTrial(record.plan);
      for (const event of record.timeline) fold.take(event);
      for (const { load } of [measureTrial(record), factsOf(fold.seen())]) {
        const { baseline = {}, disturbed = {} } = load.errorsBy ?? {};
        expect(totalOf(baseline) + totalOf(disturbed)).toBe(load.errors);
      }
    }
  });

  test("notes on answers are counted, and make no error of them", () => {
    const { plan, timeline } = tell(calm);
    const noted = timeline.map((event) => (event.kind === "request" ? { ...event, note: "no terminator" } : event));
    const { load } = measureTrial({ plan, timeline: noted });
    expect(load.errors).toBe(0);
    expect(load.notesBy?.baseline["no terminator"]).toBeGreaterThan(50);
  });

  test("that a broken window tells, in the finding that it broke", () => {
    const story: Story = { ...calm, fate: () => ({ latencyMs: 5, error: "status 404" }) };
    expect(said(story, "steady-before")).toContain(
      "users.bad_share was 1 (status 404 10×) in 2.0–2.5 s (bound: users.bad_share <= 0.2)",
    );
  });

  test("that stand beside a value that was not there to be seen", () => {
    const conditions = [{ name: "quick", expression: "users.latency_p50 < 400", view: "users" }] as const;
    const steady = { ...basePlan.steady, conditions };
    const story: Story = { ...calm, plan: { steady }, fate: () => ({ latencyMs: 5, error: "connection refused" }) };
    const why = "users.latency_p50: no answer, but connection refused (8×)";
    expect(said(story, "steady-before")).toBe(`8 of 8 windows before the injection could not be seen: ${why}`);
    expect(said(story, "harness-kept-pace")).toMatch(
      /users\.latency_p50 could not be seen in (\d+) of \1 windows \(bound: 10 %\): users\.latency_p50: no answer, but connection refused \(\1×\)/,
    );
  });
});

describe("what could not be seen has its reason", () => {
  const dark: Story = { ...calm, state: () => ({ ...seen, "retrieval.self": null }) };

  test("with how many looks it met, from the baseline on", () => {
    const { blindSamples } = facts(dark);
    const { samples, unseen, by, last } = blindSamples?.["retrieval.self"] ?? {
      samples: 0,
      unseen: 0,
      by: {},
      last: "",
    };
    expect(samples).toBeGreaterThan(70);
    expect([unseen, by, last]).toEqual([samples, { "no answer": samples }, "no answer"]);
    expect(blindSamples?.["data.records"]).toBeUndefined();
    expect(facts(calm).blindSamples).toBeUndefined();
  });

  test("in the finding that it kept from being made", () => {
    expect(said(dark, "steady-before")).toBe(
      "8 of 8 windows before the injection could not be seen: retrieval.self: no answer (8×)",
    );
  });

  test("and a value that is no better than it is has its note, also where that breaks nothing", () => {
    const { plan, timeline } = tell(calm);
    const noted = timeline.map((event) =>
      event.kind === "reading" && event.reading.ok && event.probe === "data.records"
        ? { ...event, reading: { ...event.reading, note: "vector-1: answered 401" } }
        : event,
    );
    const { sampleNotes, blindSamples, windows } = measureTrial({ plan, timeline: noted });
    const { samples, noted: count, by } = sampleNotes?.["data.records"] ?? { samples: 0, noted: 0, by: {} };
    expect(samples).toBeGreaterThan(30);
    expect([count, by]).toEqual([samples, { "vector-1: answered 401": samples }]);
    expect([blindSamples, windows.find(({ reasons }) => reasons !== undefined)]).toEqual([undefined, undefined]);
  });

  test("and a good window carries none", () => {
    expect(facts(calm).windows.filter(({ reasons }) => reasons !== undefined)).toEqual([]);
  });

  test("secrets and line ends of a reason stay outside", () => {
    const { plan, timeline } = tell(dark);
    const leaking = timeline.map((event) =>
      event.kind === "reading" && !event.reading.ok
        ? { ...event, reading: { ok: false as const, reason: "GET http://me:pw@h/x?key=1\nBearer abcdef123" } }
        : event,
    );
    const record = { plan, timeline: leaking };
    const measured = measureTrial(record);
    const text = JSON.stringify([measured, judgeTrial(record, measured)]);
    expect(text).not.toMatch(/me:pw|key=1|abcdef123|\\n/);
    expect(text).toContain("GET http://h/x?… Bearer …");
  });
});

test("a trial knows how long it took", () => {
  const record = tell(calm);
  expect(measureTrial(record).tookMs).toBe(record.timeline.at(-1)?.at);
});
