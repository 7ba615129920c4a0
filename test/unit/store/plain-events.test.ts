// The quick check must never take what the schema refuses, nor miss what is common.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TimelineEvent } from "../../../src/core/timeline.ts";
import { isPlainEvent } from "../../../src/store/plain-events.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

const bulk = new Set(["request", "reading", "late", "feed"]);
const late: TimelineEvent = { kind: "late", at: 1, id: 7 };
const events: readonly TimelineEvent[] = [
  ...tell(stories["probe blinded"]).timeline,
  ...tell(stories["the never happened"]).timeline,
  late,
].filter(({ kind }) => bulk.has(kind));

describe("the quick check of bulk events", () => {
  test("takes what is written by the million", () => {
    const isCommon = (event: TimelineEvent): boolean => event.kind !== "feed" || event.state === "alive";
    const missed = events.filter(isCommon).filter((event: unknown) => !isPlainEvent(event));
    expect(events.length).toBeGreaterThan(500);
    expect(missed).toEqual([]);
  });

  test("takes nothing that the schema refuses, however an event is spoilt", () => {
    const value = fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.double(), fc.constant(NaN));
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.string(), fc.nat(), value, (event, name, nth, put) => {
        const keys = [...Object.keys(event), name];
        const spoilt: unknown = { ...event, [keys[nth % keys.length] ?? name]: put };
        if (isPlainEvent(spoilt)) expect(timelineEventSchema.safeParse(spoilt).success).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
