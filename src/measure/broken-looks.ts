// Single looks of the state probes that saw the steady state broken: damage may be repaired within one window.

import type { Scope } from "../core/expression.ts";
import type { TimelineEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { WindowFact } from "../core/verdict.ts";
import { eventsOf } from "./timeline-view.ts";
import type { CompiledCondition } from "./conditions.ts";

/** A look that began at `from` and ended in window number `window` (from 0) with a value that breaks a condition. */
export interface BrokenLook {
  readonly window: number;
  readonly from: Ms;
  readonly at: Ms;
}

/**
 * Asks every state condition again with what each single look saw, beside what its window saw of everything else. A count
 * of replicas or a recall is no sample of noise: one look is enough to know that it was broken then.
 */
export function brokenLooks(
  timeline: readonly TimelineEvent[],
  windows: readonly WindowFact[],
  asking: { readonly conditions: readonly CompiledCondition[]; scope(values: WindowFact["values"]): Scope },
): readonly BrokenLook[] {
  const first = windows[0];
  if (first === undefined) return [];
  const width = first.to - first.from;
  const ofState = asking.conditions.filter(({ view }) => view === "state");
  return eventsOf(timeline, "reading").flatMap(({ probe, reading, from, at }) => {
    const index = Math.floor((at - first.from) / width);
    const window = windows[index];
    if (!reading.ok || window === undefined) return [];
    const scope = asking.scope({ ...window.values, [probe]: reading.value });
    const broken = ofState.some((condition) => {
      const answer = condition.names.includes(probe) ? condition.evaluate(scope) : undefined;
      return answer?.ok === true && answer.value === false;
    });
    return broken ? [{ window: index, from, at }] : [];
  });
}
