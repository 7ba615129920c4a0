// Answers that a fault holds back for ever come with our revert. They are no sign that anybody had repaired it.

import { describe, expect, it } from "vitest";
import { trialViewOf, foldTrial } from "../../../src/measure/facts/fold.ts";
import { factsOf as factsOfView } from "../../../src/measure/facts/measure-trial.ts";
import { leftOpen, settle } from "../../../src/measure/windows/requests.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import { factsOf, whole } from "./mark-cases.ts";

const [harmFrom, revert] = [5060, 25_000];
const errorsFew = { name: "answered", expression: "users.error_share <= 0.15", view: "users" } as const;
const steady = { ...basePlan.steady, conditions: [errorsFew] };

/** Every second request is held back while the fault lasts, until its user gives up after 5 s or the fault goes. */
const heldBackUntil = (revert: number): Story => ({
  ...whole,
  plan: { steady },
  claims: [],
  changes: [],
  phases: { ...whole.phases, revert, after: revert + 500, teardown: revert + 1500, done: revert + 2000 },
  state: () => ({ "retrieval.self": 1, "data.records": 100 }),
  fate: (sent, id) => {
    const isHeld = id % 2 === 0 && sent >= harmFrom && sent < revert;
    return { latencyMs: isHeld ? revert + 20 - sent : 30 };
  },
});
const heldBack = heldBackUntil(revert);

/** With what is written as soon as a request is late. */
function asWritten(timeline: readonly TimelineEvent[]): TimelineEvent[] {
  const { slowOverMs } = basePlan.load;
  const late = timeline.flatMap((event): TimelineEvent[] =>
    event.kind === "request" && event.at > event.intended + slowOverMs
      ? [{ kind: "late", id: event.id, at: event.intended + slowOverMs }]
      : [],
  );
  return [...timeline, ...late].sort((a, b) => a.at - b.at);
}

describe("requests that a fault held back until our revert", () => {
  it("make no recovery before it, although none of the last five seconds failed", () => {
    const { windows } = trialViewOf(tell(heldBack)).windows;
    const last = windows.filter(({ from, to }) => from >= revert - 3500 && to <= revert - 1000);
    expect(last.length).toBeGreaterThan(3);
    expect(last.map(({ state }) => state)).not.toContain("good");
    expect(last[0]?.reasons?.["users.error_share"]).toContain("open until the fault was taken back");
    // It was seen broken for the ten seconds that it had, and a hold more.
    expect(factsOf(heldBack)).toMatchObject({ recovery: "not-recovered" });
    expect(factsOf(heldBack).mttr).toBeUndefined();
  });

  it("leave open whether it recovered where they are left of the time that it had", () => {
    expect(factsOf(heldBackUntil(16_000)).recovery).toBe("unseen");
  });

  it("leave a window bad that is so whichever way they would have gone", () => {
    const fast = { name: "fast", expression: "users.slow_share <= 0.15", view: "users" } as const;
    const { windows } = trialViewOf(
      tell({ ...heldBack, plan: { steady: { ...steady, conditions: [errorsFew, fast] } } }),
    ).windows;
    const last = windows.filter(({ from, to }) => from >= revert - 3500 && to <= revert - 1000);
    expect(new Set(last.map(({ state }) => state))).toEqual(new Set(["bad"]));
    expect(last[0]?.broken).toEqual(["fast"]);
  });

  it("hide no recovery that came before, however many are slow then", () => {
    const healedAt = 9000;
    const facts = factsOf({
      ...heldBack,
      fate: (sent, id) =>
        sent < healedAt ? heldBack.fate(sent, id) : { latencyMs: id % 20 === 0 ? revert + 20 - sent : 30 },
    });
    expect(facts.recovery).toBe("healed");
    // The last that was held back became late then.
    expect(facts.marks.t6?.lo).toBeLessThanOrEqual(healedAt + basePlan.load.slowOverMs);
  });

  it("are as undecided while nobody knows yet how they end", () => {
    const { plan, timeline } = tell(heldBack);
    const fold = foldTrial(plan);
    for (const event of asWritten(timeline).filter(({ at }) => at < revert)) fold.take(event);
    expect(factsOfView(fold.seen()).marks.t6).toBeUndefined();
    const [last] = fold
      .seen()
      .windows.windows.filter(({ reasons }) => reasons?.["users.error_share"] !== undefined)
      .slice(-1);
    expect(last?.reasons?.["users.error_share"]).toMatch(/late, and still open(?! until)/);
  });

  it("are those that were late before and answered after, and no others", () => {
    const request = (intended: number, done: number) =>
      settle(
        {
          kind: "request",
          at: done,
          id: 1,
          intended,
          sent: intended,
          firstToken: done,
          done,
          outcome: "answered",
          right: true,
        },
        1000,
      );
    expect(leftOpen(request(0, 5000), [4000])).toBe(true);
    // In time, over before, late only after it, without a fault that ended.
    expect(leftOpen(request(3500, 4200), [4000])).toBe(false);
    expect(leftOpen(request(0, 3000), [4000])).toBe(false);
    expect(leftOpen(request(3500, 6000), [4000])).toBe(false);
    expect(leftOpen(request(0, 5000), [])).toBe(false);
  });
});
