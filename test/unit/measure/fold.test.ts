// What is let go must never be missed: facts of a trial that was taken event by event are those of the whole.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { TrialRecord } from "../../../src/core/verdict.ts";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import { foldTrial, trialViewOf } from "../../../src/measure/facts/fold.ts";
import { measureTrial } from "../../builders/measured.ts";
import { factsOf } from "../../../src/measure/facts/measure-trial.ts";
import { percentile } from "../../../src/measure/windows/percentiles.ts";
import { makeSampleSet } from "../../../src/measure/windows/sample-set.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { broken, incident } from "../../golden/parts.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

/** The same facts without letting anything go: no window is final before a request could have timed out. */
function whole({ plan, timeline }: TrialRecord): TrialFacts {
  const patient = { ...plan, load: { ...plan.load, timeoutMs: 1e9 } };
  return factsOf(trialViewOf({ plan: patient, timeline }));
}

/** In the order in which a conductor gets to know: events of other processes up to a second late. */
function asWritten(timeline: readonly TimelineEvent[], seed: number): TimelineEvent[] {
  const random = seededRandom(seed, "late");
  const lateness = (event: TimelineEvent): number =>
    event.kind === "request" || event.kind === "reading" ? 1000 * random.next() : 0;
  return timeline
    .map((event) => ({ event, known: event.at + lateness(event) }))
    .sort((a, b) => a.known - b.known)
    .map(({ event }) => event);
}

function streamed({ plan, timeline }: TrialRecord, seed: number): TrialFacts {
  const fold = foldTrial(plan);
  for (const event of asWritten(timeline, seed)) fold.take(event);
  return factsOf(fold.seen());
}

const long: Story = {
  ...stories["clean heal"],
  phases: { boot: 0, warmup: 0, baseline: 1000, inject: 15_000, observe: 15_200, revert: 170_000, teardown: 180_000 },
  fault: { applying: 15_050, confirmed: 15_110 },
  plan: { watchMs: 100_000 },
};

/** Broken in several stretches that begin and end anywhere, by a share of requests. */
const stretches = fc.array(
  fc.record({ from: fc.integer({ min: 15_200, max: 120_000 }), length: fc.integer({ min: 50, max: 20_000 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe("a trial taken event by event", () => {
  it("has the facts of the whole, whatever was let go and however late events were written", () => {
    fc.assert(
      fc.property(stretches, fc.nat(), (hurt, seed) => {
        const isHurt = (at: number): boolean => hurt.some(({ from, length }) => at >= from && at < from + length);
        const record = tell({
          ...long,
          fate: (sent, id) => broken(0, isHurt(sent) ? Infinity : 0).fate(sent, id),
          state: (at) => broken(0, isHurt(at + 300) ? Infinity : 0).state(at),
          claims: incident("restore-index", { detected: 16_330, done: 18_950, closed: 122_600 }),
        });
        const facts = streamed(record, seed);
        expect(facts).toEqual(whole(record));
        expect(facts.load.strays).toBeUndefined();
      }),
      { numRuns: 12 },
    );
  });

  it("is judged by what is kept of its timeline as by all of it", () => {
    for (const name of Object.keys(stories) as StoryName[]) {
      const record = tell(stories[name]);
      const seen = trialViewOf(record);
      const facts = measureTrial(record);
      const kept = { plan: record.plan, timeline: seen.timeline };
      expect(judgeTrial(kept, facts).outcome, name).toBe(judgeTrial(record, facts).outcome);
      expect(kept.timeline.length).toBeLessThan(record.timeline.length);
    }
  });

  it("knows while it grows what it knew afterwards", () => {
    const record = tell(stories["clean heal"]);
    const fold = foldTrial(record.plan);
    for (const event of record.timeline.filter(({ at }) => at <= 20_000)) fold.take(event);
    const early = factsOf(fold.seen());
    for (const event of record.timeline.filter(({ at }) => at > 20_000)) fold.take(event);
    expect(early.marks.t1).toEqual(factsOf(fold.seen()).marks.t1);
    expect(factsOf(fold.seen())).toEqual(measureTrial(record));
  });

  it("says how many requests came after their windows were final, and is inconclusive then", () => {
    const record = tell(long);
    const fold = foldTrial(record.plan);
    const [early, rest] = [record.timeline.find(({ kind, at }) => kind === "request" && at > 20_000), record.timeline];
    for (const event of rest) if (event !== early) fold.take(event);
    if (early !== undefined) fold.take(early);
    const facts = factsOf(fold.seen());
    expect(facts.load.strays).toBe(1);
    const verdict = judgeTrial(record, facts);
    expect(verdict.findings.find(({ rule }) => rule === "harness-kept-pace")?.says).toContain("came too late");
  });

  it("of which nothing was measured has no load and no windows", () => {
    const facts = factsOf(foldTrial(basePlan).seen());
    expect(facts).toMatchObject({ windows: [], load: { expected: 0 }, recovery: "unseen" });
  });
});

describe("order statistics of very many samples", () => {
  it("are right to a thousandth, and never less than the truth", () => {
    const random = seededRandom(7, "samples");
    const set = makeSampleSet();
    const all: number[] = [];
    for (let n = 0; n < 100_000; n += 1) {
      const ms = 200 * random.next() ** 3 + 0.01;
      all.push(ms);
      set.add(ms);
    }
    for (const p of [0.5, 0.95, 0.99]) {
      const truth = percentile(all, p) ?? 0;
      expect(set.percentile(p)).toBeGreaterThanOrEqual(truth);
      expect(set.percentile(p)).toBeLessThan(truth * 1.0011);
    }
    expect(set.latency().samples).toBe(100_000);
    const copy = set.copy();
    copy.add(1e6);
    expect(set.latency().samples).toBe(100_000);
  });
});
