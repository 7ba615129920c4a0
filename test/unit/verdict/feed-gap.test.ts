// The feed is lost at any instant of any story: what was certain by then stays so, and what was not is never decided by
// silence.

import { describe, expect, test } from "vitest";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { TrialRecord } from "../../../src/core/verdict.ts";
import type { Outcome } from "../../../src/records/results/outcome.ts";
import { measureTrial } from "../../builders/measured.ts";
import { feedGap } from "../../../src/verdict/feed-gap.ts";
import { decidingFinding, judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { ruleTable } from "../../../src/verdict/rule-table.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { seededTrial } from "../../builders/seeded-story.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

/** Rules that judge what the healer is heard to do, each action by itself: silence is nothing to them. */
const byAction = new Set(["no-collateral", "approved"]);
const names = Object.keys(stories) as StoryName[];

type Answers = ReadonlyMap<string, Outcome>;

function answersOf(record: TrialRecord): Answers {
  const facts = measureTrial(record);
  return new Map(
    ruleTable.flatMap(({ name, rule }) => {
      const answer = rule(record, facts);
      return answer === null ? [] : [[name, answer.outcome] as const];
    }),
  );
}

function cutAt(story: Story, at: number, noticed: boolean): TrialRecord {
  return tell({ ...story, feedCut: { at, noticed } });
}

describe("an event of the feed that nobody understands", () => {
  const strangeAt = (name: StoryName, at: number): TrialRecord => {
    const { plan, timeline } = tell(stories[name]);
    const strange: TimelineEvent = {
      kind: "trouble",
      at,
      where: "feed",
      reason: "an event is not as the contract says",
    };
    return { plan, timeline: [...timeline, strange].toSorted((a, b) => a.at - b.at) };
  };
  const verdictOf = (record: TrialRecord) => judgeTrial(record, measureTrial(record));

  test("keeps a trial from passing", () => {
    const { outcome, findings } = verdictOf(strangeAt("clean heal", 6000));
    expect(outcome).toBe("inconclusive");
    expect(decidingFinding(findings)?.says).toMatch(/said at 6\.0 s what nobody understands: an event is not as/);
  });

  test("excuses no stack that failed without it", () => {
    const { outcome, findings } = verdictOf(strangeAt("never recovers", 6000));
    expect(outcome).toBe("fail");
    expect(decidingFinding(findings)?.rule).toBe("recovered-in-time");
  });

  test("may have been the detection that was not heard, and not one that was due before", () => {
    expect(answersOf(strangeAt("not detected", 6000)).get("detected-in-time")).toBe("inconclusive");
    expect(answersOf(strangeAt("not detected", 12_000)).get("detected-in-time")).toBe("fail");
  });
});

describe("a feed that is lost", () => {
  // The healer is off in the arm unhealed: nobody listens.
  const heard = names.filter((name) => stories[name].feedCut === undefined && !name.startsWith("unhealed"));
  test.each(heard)(
    "at any instant of “%s” takes back nothing that was certain, and decides nothing that was not",
    (name) => {
      const story: Story = stories[name];
      const whole = answersOf(tell(story));
      const seen = new Map<string, Outcome>();
      for (const at of [4000, 6340, 6400, 7900, 8955, 12_000, 14_500, 25_500]) {
        for (const [rule, outcome] of answersOf(cutAt(story, at, true))) {
          if (outcome === "inconclusive") {
            expect(seen.get(rule) ?? outcome, `${rule} at ${at}`).toBe("inconclusive");
          } else if (!byAction.has(rule)) {
            // Once decided, it is decided as the whole feed decides.
            expect(outcome, `${rule} at ${at}`).toBe(whole.get(rule));
          }
          seen.set(rule, outcome);
        }
      }
    },
  );

  test.each([
    ["detected-in-time", "not detected", 8115],
    ["detected-in-time", "detected late", 8115],
    ["classified-right", "wrong class", 6391],
    ["by-declared-pathway", "wrong pathway", 9500],
    ["declared-truthfully", "false declaration", 7101],
    ["declared-truthfully", "recovers by itself", 9500],
    ["audited", "audited", 24_800],
    ["held-fire", "placebo, acts", 9001],
    ["held-fire", "placebo, quiet", 25_000],
  ] as const)("is nothing to %s of “%s” from %d ms on", (rule, name, from) => {
    const story: Story = stories[name];
    const whole = answersOf(tell(story)).get(rule);
    expect(whole).not.toBe("inconclusive");
    for (const later of [1, 60, 500, 4000]) {
      expect(answersOf(cutAt(story, from + later, true)).get(rule), `cut at ${from + later}`).toBe(whole);
    }
  });

  test.each([
    ["detected-in-time", "not detected", 8100],
    ["detected-in-time", "detected late", 8100],
    ["classified-right", "not detected", 24_900],
    ["by-declared-pathway", "recovers by itself", 8700],
    ["declared-truthfully", "never recovers", 24_900],
    ["audited", "audited", 23_500],
    ["held-fire", "placebo, quiet", 24_900],
  ] as const)("silences %s of “%s” as long as it is within its span, up to %d ms", (rule, name, until) => {
    for (const at of [5200, 6100, until]) {
      for (const noticed of [true, false]) {
        expect(answersOf(cutAt(stories[name], Math.min(at, until), noticed)).get(rule), `cut at ${at}`).toBe(
          "inconclusive",
        );
      }
    }
  });
});

test("a feed that is lost for good in a trial from a seed decides nothing otherwise than the whole feed does", () => {
  for (let seed = 1; seed <= 80; seed += 1) {
    const { plan, timeline } = seededTrial(seed);
    if (!plan.targetFacts.hasFeed) continue;
    const whole = answersOf({ plan, timeline });
    for (const at of [4000, 6500, 10_000]) {
      const heard = timeline.filter((event) => (event.kind !== "feed" && event.kind !== "claim") || event.at < at);
      const cut = [...heard, { kind: "feed", state: "lost", at } as const].sort((one, other) => one.at - other.at);
      for (const [rule, outcome] of answersOf({ plan, timeline: cut })) {
        if (outcome === "inconclusive" || byAction.has(rule)) continue;
        expect(outcome, `seed ${seed}: ${rule}, cut at ${at}`).toBe(whole.get(rule));
      }
    }
  }
});

describe("what may have gone unheard", () => {
  const alive = (...at: number[]) => at.map((each) => ({ kind: "feed" as const, state: "alive" as const, at: each }));
  const lost = (at: number) => ({ kind: "feed" as const, state: "lost" as const, at });
  const beats = (from: number, to: number) =>
    alive(...Array.from({ length: (to - from) / 200 + 1 }, (_, index) => from + 200 * index));

  test("is from a loss to the next sign of life, on either side of the span", () => {
    const timeline = [...beats(0, 5000), lost(5100), ...beats(6000, 20_000)];
    expect(feedGap(timeline, 1000, 5100)).toBeUndefined();
    expect(feedGap(timeline, 1000, 5101)).toBe("the incident feed was lost at 5.1 s");
    expect(feedGap(timeline, 5900, 8000)).toBe("the incident feed was lost at 5.1 s");
    expect(feedGap(timeline, 6000, 8000)).toBeUndefined();
  });

  test("begins at the last sign of life when nothing was heard for long before the loss was noticed", () => {
    const timeline = [...beats(0, 5000), lost(6500), ...beats(7000, 9000)];
    expect(feedGap(timeline, 0, 5500)).toBe("the incident feed was lost at 6.5 s");
  });

  test("is what came before the feed was open, or all when it never was", () => {
    expect(feedGap(beats(3000, 9000), 1000, 8000)).toBe("the incident feed was not open before 3.0 s");
    expect(feedGap(beats(3000, 9000), 3000, 8000)).toBeUndefined();
    expect(feedGap([], 0, 1)).toBe("the incident feed was never open");
  });

  test("is a silence that reaches into the span, however little of it lies within, and up to the end of listening", () => {
    const timeline = [
      ...beats(0, 5000),
      ...beats(9000, 12_000),
      { kind: "phase", at: 20_000, phase: "teardown" } as const,
    ];
    expect(feedGap(timeline, 0, 5100)).toBe("the incident feed was silent for 4.0 s");
    expect(feedGap(timeline, 9000, 12_000)).toBeUndefined();
    expect(feedGap(timeline, 9000, 12_100)).toBe("the incident feed was silent for 8.0 s");
  });
});
