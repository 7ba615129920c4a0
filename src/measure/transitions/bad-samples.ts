// Single samples of the state probes that saw the steady state broken: damage may be repaired within one window.

import type { Scope } from "../../language/expression.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { Ms } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { CompiledCondition } from "../windows/conditions.ts";
import { firstAtOrAfter } from "../windows/timeline-view.ts";

/** A sample that began at `from` and ended in window number `window` (from 0) with a value that breaks a condition. */
export interface BadSample {
  readonly window: number;
  readonly from: Ms;
  readonly at: Ms;
}

/** What single samples are asked with. */
export interface SampleScope {
  readonly conditions: readonly CompiledCondition[];
  readonly scope: (values: WindowFact["values"]) => Scope;
}

/**
 * The last such sample of each window from number `first` on; `readings` in order of their end. Asks every state
 * condition again with what each single sample saw, beside what its window saw of everything else. A count of replicas
 * or a recall is no sample of noise: one sample is enough to know that it was broken then.
 */
export function badSamples(
  readings: readonly ReadingEvent[],
  windows: readonly WindowFact[],
  { conditions, scope, first }: SampleScope & { readonly first: number },
): readonly BadSample[] {
  const begin = windows[0];
  if (begin === undefined) return [];
  const width = begin.to - begin.from;
  const ofState = conditions.filter(({ view }) => view === "state");
  const last = new Map<number, BadSample>();
  const since = begin.from + first * width;
  for (const { probe, reading, from, at } of readings.slice(firstAtOrAfter(readings, (sample) => sample.at, since))) {
    const index = Math.floor((at - begin.from) / width);
    const window = windows[index];
    if (window === undefined || !reading.ok) continue;
    const known = scope({ ...window.values, [probe]: reading.value });
    const broken = ofState.some((condition) => {
      const answer = condition.names.includes(probe) ? condition.evaluate(known) : undefined;
      return answer?.ok === true && answer.value === false;
    });
    if (broken) last.set(index, { window: index, from, at });
  }
  return [...last.values()].toSorted((a, b) => a.window - b.window);
}
