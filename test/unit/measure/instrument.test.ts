// What the harness finds of itself, and what it then makes of claims beyond it.

import { describe, expect, test } from "vitest";
import { instrumentOf } from "../../../src/measure/cost/instrument.ts";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import type { Instrument } from "../../../src/records/instrument.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import { instrumentText } from "../../../src/report/environment-text.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { measureTrial } from "../../builders/measured.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

/** Requests at a steady rate; each is sent so late, and answered 2 ms after that, or never. */
function requests(ratePerSecond: number, from: number, lagOf: (index: number) => number | null): RequestEvent[] {
  return Array.from({ length: ratePerSecond / 5 }, (_, index) => {
    const intended = from + (index * 1000) / ratePerSecond;
    const lag = lagOf(index);
    const sent = lag === null ? null : intended + lag;
    const done = sent === null ? null : sent + 2;
    const outcome = done === null ? "unsent" : "answered";
    return {
      kind: "request",
      at: done ?? intended,
      id: index,
      intended,
      sent,
      firstToken: done,
      done,
      outcome,
      right: null,
    };
  });
}

const tried = [100, 400, 800].map((ratePerSecond, index) => ({
  ratePerSecond,
  from: index * 200,
  to: (index + 1) * 200,
}));
const [slow, middle] = [requests(100, 0, () => 0.25), requests(400, 200, () => 0.5)];
const found = (last: readonly RequestEvent[]): Instrument =>
  instrumentOf([{ tried, events: [...slow, ...middle, ...last] }]);
/** It falls behind by a millisecond with each request. */
const behind = found(requests(800, 400, (index) => index));
const fine = found(requests(800, 400, () => 1));

describe("what the harness finds of itself", () => {
  test("is the greatest rate that it kept, and how late it was at each", () => {
    expect(fine).toMatchObject({
      ceilingPerSecond: 800,
      steps: [
        { ratePerSecond: 100, due: 20, answered: 20, sendLagMs: { p50: 0.25, p95: 0.25 }, latencyMs: { p50: 2.25 } },
        { due: 80, sendLagMs: { p50: 0.5 } },
        { due: 160, latencyMs: { p95: 3 }, kept: true },
      ],
    });
    expect(instrumentText(fine)).toBe(
      "the harness keeps 800 requests a second here, the most that was tried: half sent within 1 ms, 95 % within 1 ms; on a target that does nothing 95 % take 3 ms",
    );
  });

  test("ends below the first rate that it does not keep: late by ever more, unsent, or unanswered", () => {
    expect(behind).toMatchObject({ ceilingPerSecond: 400, steps: [{}, {}, { kept: false, sendLagMs: { p50: 79 } }] });
    expect(found([])).toMatchObject({ ceilingPerSecond: 400, steps: [{}, {}, { due: 0, kept: false }] });
    expect(instrumentText(behind)).toContain("keeps 400 requests a second here: half sent within 0.5 ms");
  });

  test("does not hang on one stall of the machine: of several looks the better one counts for each rate", () => {
    // All that was due in 140 of the first 200 ms was sent at the end of them.
    const stalled = requests(100, 0, (index) => Math.max(0.25, 140 - index * 10));
    const spoilt = { tried, events: [...stalled, ...middle, ...requests(800, 400, () => 1)] };
    expect(instrumentOf([spoilt])).toMatchObject({ ceilingPerSecond: 0 });
    const after = { tried, events: [...slow, ...middle, ...requests(800, 400, (index) => index)] };
    expect(instrumentOf([spoilt, after])).toMatchObject({ ceilingPerSecond: 800 });
  });

  test("bears as few unanswered requests as a trial does", () => {
    expect(found(requests(800, 400, (index) => (index === 9 ? null : 1)))).toMatchObject({ ceilingPerSecond: 800 });
    expect(found(requests(800, 400, (index) => (index < 2 ? null : 1)))).toMatchObject({ ceilingPerSecond: 400 });
  });
});

function judged(instrument: Instrument | undefined, load: Partial<TrialPlan["load"]> = {}) {
  const story = stories["clean heal"];
  const told = tell({ ...story, plan: { ...story.plan, load: { ...basePlan.load, ...load } } });
  const event = instrument && [{ kind: "instrument" as const, at: 1, instrument }];
  const record = { plan: told.plan, timeline: [...(event ?? []), ...told.timeline] };
  const { outcome, findings } = judgeTrial(trialViewOf(record), measureTrial(record));
  return { outcome, finding: findings.find(({ rule }) => rule === "instrument-fits") };
}

describe("a trial", () => {
  const { ratePerSecond } = basePlan.load;

  test("within what the harness can do is judged as ever, and in runs of before nothing is said", () => {
    expect(judged(fine)).toMatchObject({
      outcome: "pass",
      finding: { outcome: "pass", says: `the harness keeps 800 requests a second, ${ratePerSecond} are asked for` },
    });
    expect(judged(undefined)).toEqual({ outcome: "pass", finding: undefined });
  });

  test("whose load is beyond it is invalid, with both figures", () => {
    const { outcome, finding } = judged(instrumentOf([{ tried, events: slow }]), { streams: { chat: streamOf(200) } });
    expect(outcome).toBe("invalid");
    expect(finding?.says).toBe(
      `the load asks for ${ratePerSecond + 200} requests a second, and the harness keeps 100 here (at 400 half of them were sent 10000 ms late or later)`,
    );
  });

  test("in which a request is slow sooner than one of a target that does nothing is invalid", () => {
    const { outcome, finding } = judged(fine, { slowOverMs: 2 });
    expect(outcome).toBe("invalid");
    expect(finding?.says).toBe(
      "a request counts as slow after 2 ms, and on a target that does nothing 5 % took 2 ms or longer",
    );
  });

  test("before which the harness could not look at itself is inconclusive", () => {
    const { outcome, finding } = judged({ ok: false, reason: "no port" });
    expect(outcome).toBe("inconclusive");
    expect(finding?.says).toBe("the harness could not look at itself: no port");
  });
});

function streamOf(ratePerSecond: number) {
  return { arrival: "constant", ratePerSecond, slowOverMs: 1000, timeoutMs: 2000 } as const;
}
