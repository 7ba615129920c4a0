// Counts what became of the load: requests that were let go once and for all, the others anew each time it is asked.

import type { LoadFacts } from "../../records/facts/load.ts";
import type { Ms } from "../../core/units.ts";
import { noLoad } from "../cost/load-facts.ts";
import { makeLoadTally } from "../cost/load-tally.ts";
import type { TallyStretches } from "../cost/load-tally.ts";
import type { RawTail } from "../windows/raw-tail.ts";
import type { SettledCounts } from "../windows/settled-counts.ts";

export interface LoadFold {
  /** Lets go of all samples before an instant, ms; requests among them stay counted. */
  letGo(before: Ms, stretches: TallyStretches): void;
  /** Of a trial that never came to a baseline (no stretches) there is no load to speak of. */
  now(stretches: TallyStretches | undefined): LoadFacts;
}

/** A fold over the requests of `tail`, slow after `slowOverMs`. */
export function makeLoadFold(tail: RawTail, counts: SettledCounts, slowOverMs: Ms): LoadFold {
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
