import { describe, expect, it } from "vitest";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import { measureTrial } from "../../builders/measured.ts";
import { incident } from "../../golden/parts.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

const calmOf = (story: Story): TrialFacts["calm"] => measureTrial(tell(story)).calm;
const told = (name: StoryName): TrialFacts["calm"] => calmOf(stories[name]);

describe("calm time", () => {
  it("is the baseline before a fault, and all of the observing in control arms", () => {
    expect(told("clean heal")).toEqual({ watchedMs: 4020, alarms: 0 });
    expect(told("placebo, quiet")).toEqual({ watchedMs: 24_000, alarms: 0 });
    expect(told("look-alike, held")).toEqual({ watchedMs: 24_000, alarms: 0 });
  });

  it("ends where the feed falls silent, noticed or not: unheard time proves nothing", () => {
    expect(told("placebo, unheard")?.watchedMs).toBe(7900);
    const noticed = calmOf({ ...stories["placebo, quiet"], feedCut: { at: 9000, noticed: true } });
    expect(noticed?.watchedMs).toBe(7900);
    expect(calmOf({ ...stories["placebo, quiet"], feedCut: { at: 500, noticed: true } })?.watchedMs).toBe(0);
  });

  it("does not count a gap that a later sign of life closes", () => {
    const record = tell(stories["placebo, quiet"]);
    const gap = (event: (typeof record.timeline)[number]): boolean =>
      event.kind === "feed" && event.at > 9000 && event.at < 14_000;
    const { calm } = measureTrial({ ...record, timeline: record.timeline.filter((event) => !gap(event)) });
    expect(calm?.watchedMs).toBe(24_000 - 5200);
  });

  it("holds every incident detected in it once, and none that is the fault's", () => {
    const twice = [...incident("restart-replica", { detected: 8000, done: 9000 }), [9500, "detected"] as const];
    const other = [12_000, "detected", { incident: "i2" }] as const;
    expect(calmOf({ ...stories["placebo, quiet"], claims: twice })?.alarms).toBe(1);
    expect(calmOf({ ...stories["placebo, quiet"], claims: [...twice, other] })?.alarms).toBe(2);
    expect(calmOf({ ...stories["clean heal"], claims: [[3000, "detected"], other] })?.alarms).toBe(1);
  });

  it("is not known of a target without a feed", () => {
    const plan = { ...stories["placebo, quiet"].plan, targetFacts: { ...basePlan.targetFacts, hasFeed: false } };
    expect(calmOf({ ...stories["placebo, quiet"], plan })).toBeUndefined();
  });
});
