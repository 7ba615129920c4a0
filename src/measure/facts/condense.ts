// Keeps of a timeline what rules read, and leaves out what the fold has counted: requests and samples by the
// million. A feed's signs of life and the samples of data probes are thinned so that nothing that can be asked of them
// changes.

import type { FeedEvent } from "../../records/timeline/feed.ts";
import type { Ms } from "../../core/units.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/** Two signs of life no further apart than this stand for all between them, ms; a feed is silent after 2 s. */
const lifeEveryMs: Ms = 1000;
/** Looks of a data probe that saw the same are kept this often, ms. */
const lookEveryMs: Ms = 1000;

export interface Condenser {
  take(event: TimelineEvent): void;
  /** What is kept, in order of writing but for the newest of what is being thinned. */
  timeline(): readonly TimelineEvent[];
}

/** A condenser for a plan whose data probes have these names. */
export function makeCondenser(dataProbes: readonly string[]): Condenser {
  const kept: TimelineEvent[] = [];
  const life = thinner<FeedEvent>(kept, lifeEveryMs, () => true);
  const looks = new Map(dataProbes.map((probe) => [probe, thinner<ReadingEvent>(kept, lookEveryMs, sawTheSame)]));
  /** Probes that once read what cannot be: the first such sample makes the trial invalid, more say no more. */
  const unfit = new Set<string>();
  return {
    take(event) {
      if (event.kind === "request" || event.kind === "late") return;
      // No rule reads it.
      if (event.kind === "log" || event.kind === "traces") return;
      // Added up by the fold.
      if (event.kind === "pressure" || event.kind === "calibration" || event.kind === "clock") return;
      if (event.kind === "reading") {
        if (isUnfit(event) && !unfit.has(event.probe)) {
          unfit.add(event.probe);
          kept.push(event);
        } else looks.get(event.probe)?.take(event);
      } else if (event.kind === "feed" && event.state === "alive") life.take(event);
      else {
        // What came just before a claim, or before the feed was lost, is the lower bound of it.
        if (event.kind === "claim" || event.kind === "feed") life.flush();
        kept.push(event);
      }
    },
    timeline: () => [...kept, ...life.held(), ...[...looks.values()].flatMap((look) => look.held())],
  };
}

function isUnfit({ reading }: ReadingEvent): boolean {
  return !reading.ok && reading.unfit === true;
}

function sawTheSame(one: ReadingEvent, other: ReadingEvent): boolean {
  if (one.reading.ok && other.reading.ok) return one.reading.value === other.reading.value;
  return one.reading.ok === other.reading.ok;
}

/**
 * Passes on the first and the last of every row of events that are the same and follow each other within `everyMs`, and
 * one in between every `everyMs`.
 */
function thinner<E extends TimelineEvent>(
  kept: TimelineEvent[],
  everyMs: Ms,
  same: (one: E, other: E) => boolean,
): { take(event: E): void; flush(): void; held(): readonly E[] } {
  let last: E | undefined;
  let held: E | undefined;
  let keptAt = -Infinity;
  const flush = (): void => {
    if (held !== undefined) kept.push(held);
    held = undefined;
  };
  return {
    flush,
    held: () => (held === undefined ? [] : [held]),
    take(event) {
      const goesOn = last !== undefined && same(last, event) && event.at - last.at <= everyMs;
      if (!goesOn) flush();
      last = event;
      if (goesOn && event.at - keptAt < everyMs) held = event;
      else {
        kept.push(event);
        held = undefined;
        keptAt = event.at;
      }
    },
  };
}
