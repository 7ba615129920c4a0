// Requests that another machine stamped: its clock is off by what nobody knows, within what is said to be known.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trialViewOf } from "../../../src/measure/facts/fold.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { measureTrial } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { broken } from "../../golden/parts.ts";
import { whole } from "./mark-cases.ts";

const load = { ...tell(whole).plan.load, ratePerSecond: 50 };

/** A total outage in [from, to) whose requests were stamped by a clock that was `offMs` ahead after its correction. */
function seenBy({ from, to, offMs, saidMs }: { from: number; to: number; offMs: number; saidMs?: number }) {
  const fate = (sent: number) => (sent >= from && sent < to ? { latencyMs: 4, error: "status 503" } : { latencyMs: 4 });
  const { plan, timeline } = tell({ ...whole, plan: { load }, state: broken(from, to).state, fate });
  const off = (instant: number | null) => (instant === null ? null : instant + offMs);
  const stamped = timeline.map((event): TimelineEvent => {
    if (event.kind !== "request") return event;
    const { at, intended, sent, firstToken, done } = event;
    const times = { at: at + offMs, intended: intended + offMs, sent: off(sent) };
    return { ...event, ...times, firstToken: off(firstToken), done: off(done) };
  });
  const looks = Array.from({ length: 30 }, (_, index): TimelineEvent[] => {
    if (saidMs === undefined) return [];
    return [clockAt(1000 * index + 500, index === 12 ? saidMs : saidMs / 10)];
  }).flat();
  return { plan, timeline: [...stamped, ...looks].toSorted((a, b) => a.at - b.at) };
}

function clockAt(at: number, uncertaintyMs: number): TimelineEvent {
  return { kind: "clock", at, of: "load", aheadMs: 3_600_000, roundTripMs: 1, uncertaintyMs };
}

const outages = fc.record({
  from: fc.integer({ min: 5030, max: 6000 }),
  to: fc.integer({ min: 7500, max: 9000 }),
  offMs: fc.integer({ min: -120, max: 120 }),
});

describe("marks of requests that another machine stamped", () => {
  test("hold the truth wherever the clock was within what is said to be known of it", () => {
    fc.assert(
      fc.property(outages, (outage) => {
        const { t1, t5, t6 } = measureTrial(seenBy({ ...outage, saidMs: 120 })).marks;
        for (const [mark, truth] of [
          [t1, outage.from],
          [t5, outage.to],
        ] as const) {
          expect(mark?.lo).toBeLessThanOrEqual(truth);
          expect(mark?.hi).toBeGreaterThanOrEqual(truth);
        }
        expect(t6?.hi).toBeGreaterThanOrEqual(outage.to);
      }),
      { numRuns: 15 },
    );
  });

  test("would not hold it, had they not been widened", () => {
    const missed = [-120, 120].map((offMs) => {
      const { t1, t5 } = measureTrial(seenBy({ from: 5500, to: 8000, offMs })).marks;
      return [t1, t5].map((mark, index) => {
        const truth = [5500, 8000][index] ?? 0;
        return mark !== undefined && mark.lo <= truth && truth <= mark.hi;
      });
    });
    expect(missed).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  test("are widened on both sides by the worst from the baseline on, and by nothing where this machine sent them", () => {
    const outage = { from: 5500, to: 8000, offMs: 0 };
    const [own, other] = [measureTrial(seenBy(outage)), measureTrial(seenBy({ ...outage, saidMs: 80 }))];
    const width = (mark: { lo: number; hi: number } | undefined) => (mark?.hi ?? 0) - (mark?.lo ?? 0);
    for (const name of ["t1", "t5"] as const)
      expect(width(other.marks[name])).toBeCloseTo(width(own.marks[name]) + 160, 6);
    expect(own.load.clockMs).toBeUndefined();
    expect(other.load.clockMs).toBe(80);
    const early = seenBy(outage);
    const before = [clockAt(500, 400), clockAt(1500, 2), ...early.timeline];
    expect(measureTrial({ ...early, timeline: before }).load.clockMs).toBe(2);
  });
});

describe("a trial whose load another machine sent", () => {
  const outage = { from: 5500, to: 8000, offMs: 0 };
  const findingOf = (saidMs: number) => {
    const record = seenBy({ ...outage, saidMs });
    const { outcome, findings } = judgeTrial(trialViewOf(record), measureTrial(record));
    return { outcome, ...findings.find(({ rule }) => rule === "harness-kept-pace") };
  };

  test("is inconclusive by what sent the load says at its end, and by no other trouble of then", () => {
    const record = seenBy({ ...outage, saidMs: 2 });
    const at = Math.max(...record.timeline.map((event) => event.at)) + 1;
    const outcomes = ["script", "proxy"].map((where) => {
      const said = {
        ...record,
        timeline: [...record.timeline, { kind: "trouble", at, where, reason: "late" } as const],
      };
      return judgeTrial(trialViewOf(said), measureTrial(said)).findings.find(
        ({ rule }) => rule === "harness-kept-pace",
      );
    });
    expect(outcomes.map((finding) => finding?.outcome)).toEqual(["inconclusive", "pass"]);
  });

  test("says how well its clock was known", () => {
    expect(findingOf(1.23).says).toContain(
      "sent by a machine whose clock is known to 1.3 ms, by which their marks are widened",
    );
  });

  test("is inconclusive when its clock is known worse than half a window", () => {
    expect(findingOf(250).says).toContain("known to 250 ms, by which");
    expect(findingOf(251)).toMatchObject({
      outcome: "inconclusive",
      says: "the clock of the machine that sent the requests is known to 251 ms only (bound: half a window, 250 ms)",
    });
  });
});
