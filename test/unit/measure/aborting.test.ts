// When a trial ends itself while its fault is in place: because a condition of abort_if came true, or could not be told
// any more.

import { describe, expect, test } from "vitest";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { abortGuard, type AbortSeen } from "../../../src/measure/conduct/aborting.ts";
import { notAborted } from "../../../src/verdict/rules/not-aborted.ts";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import { measureTrial } from "../../builders/measured.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

const since = 5000;
const calm: Story = {
  phases: { boot: 0, warmup: 0, baseline: 1000, inject: since, observe: 5100 },
  fate: () => ({ latencyMs: 100 }),
  state: () => ({ "retrieval.self": 1, "data.records": 500 }),
};

/** What is seen at `now` of a story that is told up to then. */
function seenAt(
  now: number,
  expression: string,
  story: Partial<Story> = {},
  plan: Partial<TrialPlan> = {},
): AbortSeen | undefined {
  const abortIf = [{ name: "guard", expression, view: "state" as const }];
  const told = { ...calm, ...story, plan: { abortIf, ...plan } };
  const { plan: full, timeline } = tell({ ...told, phases: { ...calm.phases, done: now } });
  return abortGuard(full)(trialViewOf({ plan: full, timeline: timeline.filter(({ at }) => at <= now) }), since, now);
}

const lost: Partial<Story> = { state: (at) => ({ "retrieval.self": at < 6000 ? 1 : 0.2, "data.records": 500 }) };
const hidden: Partial<Story> = { state: (at) => ({ "retrieval.self": at < 6000 ? 1 : null, "data.records": 500 }) };
const lowRecall = "retrieval.self < 0.5";

describe("a condition that comes true", () => {
  test("is seen at the next look of its probe, with the value that made it true", () => {
    expect(seenAt(5900, lowRecall, lost)).toBeUndefined();
    expect(seenAt(6300, lowRecall, lost)).toEqual({
      name: "guard",
      expression: lowRecall,
      values: { "retrieval.self": 0.2 },
    });
  });

  test("of users is seen with the window in which it was true, also when it is over by now", () => {
    const story: Partial<Story> = {
      fate: (at) => (at > 6000 && at < 6600 ? { latencyMs: 10, error: "500" } : { latencyMs: 100 }),
    };
    expect(seenAt(9000, "users.error_share > 0.5", story)?.values["users.error_share"]).toBeGreaterThan(0.5);
    expect(seenAt(5900, "users.error_share > 0.5", story)).toBeUndefined();
  });

  test("before the injection ends nothing: it was no fault's doing", () => {
    const before: Partial<Story> = { state: (at) => ({ "retrieval.self": at < 4000 ? 0.2 : 1, "data.records": 500 }) };
    expect(seenAt(7000, lowRecall, before)).toBeUndefined();
  });

  test("may compare with the baseline", () => {
    const fewer: Partial<Story> = { state: (at) => ({ "retrieval.self": 1, "data.records": at < 6000 ? 500 : 499 }) };
    expect(seenAt(7000, "data.records < baseline.data.records", fewer)?.values).toEqual({
      "data.records": 499,
      "baseline.data.records": 500,
    });
    expect(seenAt(7000, "data.records < baseline.data.records")).toBeUndefined();
  });

  test("is asked of the newest look alone: not of one that began before the injection, nor of one after which nothing was seen", () => {
    const look = (from: number, at: number, value: number | null) => ({
      kind: "reading" as const,
      probe: "retrieval.self",
      from,
      at,
      reading: value === null ? { ok: false as const, reason: "no answer" } : { ok: true as const, value },
    });
    const { plan, timeline } = tell({
      ...calm,
      plan: { abortIf: [{ name: "guard", expression: lowRecall, view: "state" }] },
    });
    const before = timeline.filter(({ at }) => at < since);
    const told = (...looks: ReturnType<typeof look>[]) =>
      abortGuard(plan)(trialViewOf({ plan, timeline: [...before, ...looks] }), since, 5300);
    expect(told(look(4900, 5050, 0.2))).toBeUndefined();
    expect(told(look(5010, 5050, 0.2), look(5200, 5250, null))).toBeUndefined();
    expect(told(look(5010, 5050, 0.2))).toBeDefined();
  });

  test("is found among several, and without any there is nothing to see", () => {
    const abortIf = ["users.error_share > 0.9", lowRecall].map((expression, index) => ({
      name: `guard-${index}`,
      expression,
      view: "state" as const,
    }));
    expect(seenAt(7000, "", lost, { abortIf })?.name).toBe("guard-1");
    expect(seenAt(7000, "", lost, { abortIf: [] })).toBeUndefined();
  });
});

describe("a condition that cannot be told", () => {
  test("ends nothing for a while: no data is not true", () => {
    expect(seenAt(11_500, lowRecall, hidden)).toBeUndefined();
  });

  test("for more than 5 s and the time in which a request becomes slow, ends the trial as blind and says why", () => {
    expect(seenAt(13_000, lowRecall, hidden)).toMatchObject({
      name: "guard",
      values: {},
      blind: {
        reason: "retrieval.self was not seen; retrieval.self: no answer",
        forMs: expect.closeTo(7000, -3) as number,
      },
    });
  });

  test("because nothing came at all is blind too: a probe that hangs writes no reading", () => {
    const { plan, timeline } = tell({
      ...calm,
      plan: { abortIf: [{ name: "guard", expression: lowRecall, view: "state" }] },
    });
    const silent = timeline.filter((event) => event.at <= 14_000 && (event.kind !== "reading" || event.at < 6000));
    expect(abortGuard(plan)(trialViewOf({ plan, timeline: silent }), since, 14_000)?.blind?.forMs).toBeGreaterThan(
      7000,
    );
  });

  test("because no request comes to an end is blind, but hanging requests count as slow first", () => {
    const stopped = { loadStops: 5200 };
    expect(seenAt(9000, "users.error_share > 0.5", stopped)).toBeUndefined();
    expect(seenAt(14_000, "users.error_share > 0.5", stopped)?.blind?.reason).toBe("users.error_share was not seen");
    const hanging: Partial<Story> = { fate: (at) => ({ latencyMs: at > 5000 ? 4900 : 100 }) };
    expect(seenAt(14_000, "users.slow_share > 2", hanging)).toBeUndefined();
  });

  test("is waited for as long as its slowest probe needs", () => {
    const slowProbe = {
      targetFacts: { ...basePlan.targetFacts, stateProbes: [{ name: "retrieval.self", everyMs: 4000 }] },
    };
    expect(seenAt(18_000, lowRecall, hidden, slowProbe)).toBeUndefined();
    expect(seenAt(25_000, lowRecall, hidden, slowProbe)?.blind).toBeDefined();
  });

  test("is no matter where the rest decides it, and one that is seen again is not blind", () => {
    expect(seenAt(14_000, "data.records < 1 and retrieval.self < 0.5", hidden)).toBeUndefined();
    const gap: Partial<Story> = {
      state: (at) => ({ "retrieval.self": at > 6000 && at < 9000 ? null : 1, "data.records": 5 }),
    };
    expect(seenAt(14_000, lowRecall, gap)).toBeUndefined();
  });

  test("never hides one that is true", () => {
    const abortIf = ["nobody.knows > 1", "data.records == 500"].map((expression) => ({
      name: expression,
      expression,
      view: "state" as const,
    }));
    expect(seenAt(14_000, "", hidden, { abortIf })).toMatchObject({ name: "data.records == 500" });
  });
});

describe("the verdict", () => {
  test("of a trial that ended blind is inconclusive and says for how long it saw nothing", () => {
    const { plan, timeline } = tell({ ...calm, phases: { ...calm.phases, done: 13_000 } });
    const blind = { forMs: 6400, reason: "retrieval.self was not seen; retrieval.self: no answer" };
    const event = { kind: "abort" as const, at: 13_000, name: "guard", expression: lowRecall, values: {}, blind };
    const record = { plan, timeline: [...timeline, event] };
    expect(notAborted(record, measureTrial(record))).toMatchObject({
      outcome: "inconclusive",
      says: "ended at 13.0 s because its guard was blind: abort_if guard, it could not be told for 6.4 s (retrieval.self was not seen; retrieval.self: no answer; bound: retrieval.self < 0.5)",
    });
  });
});

test("a guard reads its conditions once for a trial, however often it looks", () => {
  let reads = 0;
  const condition = {
    name: "guard",
    view: "state" as const,
    get expression() {
      reads += 1;
      return lowRecall;
    },
  };
  const { plan, timeline } = tell({ ...calm, ...lost, phases: { ...calm.phases, done: 9000 } });
  const guard = abortGuard({ abortIf: [condition] });
  const read = reads;
  const looks = [5900, 6300, 7000, 8000].map((now) =>
    guard(trialViewOf({ plan, timeline: timeline.filter(({ at }) => at <= now) }), since, now),
  );
  expect(looks.map((look) => look?.expression)).toEqual([undefined, lowRecall, lowRecall, lowRecall]);
  expect(reads).toBe(read);
});
