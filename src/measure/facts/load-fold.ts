// Counts what became of the load: requests that were let go once and for all, the others anew each time it is asked.

import type { LoadFacts, StreamFacts } from "../../records/facts/load.ts";
import type { ClockEvent } from "../../records/timeline/clock.ts";
import type { Ms } from "../../core/units.ts";
import { noLoad } from "../cost/load-facts.ts";
import { makeLoadTally } from "../cost/load-tally.ts";
import type { TallyStretches } from "../cost/load-tally.ts";
import type { StreamTail, StreamTails } from "../windows/stream-tails.ts";

export interface LoadFold {
  /** Lets go of all samples before an instant, ms; requests among them stay counted. */
  letGo(before: Ms, stretches: TallyStretches): void;
  /** Another machine's clock, by which requests are stamped. */
  takeClock(event: ClockEvent): void;
  /** Of a trial that never came to a baseline (no stretches) there is no load to speak of. */
  now(stretches: TallyStretches | undefined): LoadFacts;
}

/** A fold over the requests of all streams. */
export function makeLoadFold(tails: StreamTails): LoadFold {
  const [own, ...others] = tails;
  const first = makeStreamFold(own);
  const named = others.map((tail) => ({ name: tail.stream.name ?? "", fold: makeStreamFold(tail) }));
  const clock = makeClockFold();
  return {
    letGo(before, stretches) {
      first.letGo(before, stretches);
      for (const { fold } of named) fold.letGo(before, stretches);
    },
    takeClock: (event) => clock.take(event),
    now(stretches) {
      const streams = named.map(({ name, fold }) => [name, fold.now(stretches)] as const);
      const clockMs = stretches && clock.worstFrom(stretches.baselineFrom);
      return {
        ...first.now(stretches),
        ...(streams.length > 0 && { streams: Object.fromEntries(streams) }),
        ...(clockMs !== undefined && { clockMs }),
      };
    },
  };
}

/** The worst that a clock was known, from any instant on, without keeping what later ones outdo. */
function makeClockFold(): { take(event: ClockEvent): void; worstFrom(from: Ms): Ms | undefined } {
  let falling: ClockEvent[] = [];
  return {
    take(event) {
      falling = [...falling.filter(({ uncertaintyMs }) => uncertaintyMs > event.uncertaintyMs), event];
    },
    worstFrom: (from) => (falling.find(({ at }) => at > from) ?? falling.at(-1))?.uncertaintyMs,
  };
}

interface StreamFold {
  letGo(before: Ms, stretches: TallyStretches): void;
  now(stretches: TallyStretches | undefined): StreamFacts;
}

function makeStreamFold({ tail, counts, stream: { slowOverMs } }: StreamTail): StreamFold {
  const tally = makeLoadTally();
  return {
    letGo(before, stretches) {
      for (const at of [stretches.since, stretches.until]) if (at <= before) counts.note(at, tail.requests());
      const dropped = tail.dropBefore(before);
      counts.drop(dropped, before);
      for (const request of dropped) tally.add(request, stretches);
      tally.passed(before - slowOverMs, stretches);
    },
    now(stretches) {
      if (stretches === undefined) return noLoad;
      const all = tally.copy();
      for (const request of tail.requests()) all.add(request, stretches);
      const strays = tail.strays();
      return { ...all.facts(stretches, slowOverMs), ...(strays > 0 && { strays }) };
    },
  };
}
