import { expect, it } from "vitest";
import { approvalFacts } from "../../../src/measure/conduct/approvals.ts";
import { heardMs } from "../../../src/measure/conduct/calm.ts";
import { claimMarks } from "../../../src/measure/marks/claim-marks.ts";
import { feedGap } from "../../../src/verdict/feed-gap.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";

const site = { service: "web", replica: "web-1" };
const claim = { type: "detected", id: "a", time: "", incident: "i", scope: site, reasons: [] } as const;

/** Asked every 3 s: nothing was there at 1, 4 and 7 s, and something at 10 s. */
const told = (resolutionMs: number): TimelineEvent[] => [
  { kind: "feed", at: 1000, state: "open", source: { kind: "alertmanager", everyMs: 3000, resolutionMs } },
  { kind: "feed", at: 4000, state: "alive" },
  { kind: "feed", at: 7000, state: "alive" },
  { kind: "claim", at: 10_000, claim },
];

it("a detection of a source that is asked lies between the last question without it and the answer with it", () => {
  expect(claimMarks(told(0), [site], 5000).t2).toEqual({ at: 10_000, lo: 6999, hi: 10_000 });
});

it("and reaches as much further back as the source says that it may be late, not before the harm", () => {
  expect(claimMarks(told(1500), [site], 5000).t2).toEqual({ at: 10_000, lo: 5499, hi: 10_000 });
  expect(claimMarks(told(60_000), [site], 5000).t2).toEqual({ at: 10_000, lo: 5000, hi: 10_000 });
});

it("and so does a question to a person, whose wait is known no better", () => {
  const asking = { ...claim, type: "approval.requested" } as const;
  const asked = told(1500).map((event) => (event.kind === "claim" ? { ...event, claim: asking } : event));
  expect(approvalFacts(asked, { since: 5000, until: 20_000 })?.waits).toMatchObject([
    { asked: { at: 10_000, lo: 5499, hi: 10_000 }, wait: { ms: 10_000, lo: 10_000, hi: 14_501 } },
  ]);
});

it("pauses between questions are no silence of such a source, and eight of them are", () => {
  expect(feedGap(told(0), 1000, 10_000)).toBeUndefined();
  expect(heardMs(told(0), 1000, 10_000)).toBe(9000);
  const late = [...told(0), { kind: "feed", at: 40_000, state: "alive" } as const];
  expect(feedGap(late, 1000, 40_000)).toContain("was silent for 30.0 s");
});
