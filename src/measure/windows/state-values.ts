// What the state probes saw, window by window. A probe speaks until its next sample is overdue, never longer.

import type { TrialPlan } from "../../records/plan.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { Ms } from "../../core/units.ts";
import { median } from "./percentiles.ts";
import { between } from "./timeline-view.ts";

/** Looks up readings of every state probe; built once for a stretch of looks, in order of their end. */
export interface StateReadings {
  readonly probes: readonly string[];
  /** The latest sample that ended in the window and saw something; undefined when it saw nothing or there was none. */
  latest(probe: string, window: { readonly from: Ms; readonly to: Ms }): { value: number; from: Ms } | undefined;
  /**
   * What the same sample noted of itself: why it saw nothing, or what kept its value from being better; undefined when
   * nothing.
   */
  reason(probe: string, window: { readonly from: Ms; readonly to: Ms }): string | undefined;
  /** Median of what the probe saw in [from, to); undefined when it saw nothing. */
  median(probe: string, from: Ms, to: Ms): number | undefined;
}

/**
 * A sample counts in the window in which it ended. A probe that samples less than twice a window also speaks for the
 * windows up to two of its periods later: with samples every 500 ms a window of 500 ms may hold none without anything
 * being wrong.
 */
export function stateReadings(plan: TrialPlan, seen: readonly ReadingEvent[]): StateReadings {
  const byProbe = new Map<string, ReadingEvent[]>();
  for (const event of seen) {
    const readings = byProbe.get(event.probe);
    if (readings === undefined) byProbe.set(event.probe, [event]);
    else readings.push(event);
  }
  const periods = new Map(plan.targetFacts.stateProbes.map((probe) => [probe.name, probe.everyMs]));
  const endedIn = (probe: string, from: Ms, to: Ms): ReadingEvent[] =>
    between(byProbe.get(probe) ?? [], ({ at }) => at, { from, to });
  const newest = (probe: string, window: { readonly from: Ms; readonly to: Ms }): ReadingEvent | undefined => {
    const reach = Math.max(window.to - window.from, 2 * (periods.get(probe) ?? 0));
    return endedIn(probe, window.to - reach, window.to).at(-1);
  };
  return {
    probes: [...new Set([...periods.keys(), ...byProbe.keys()])],
    latest(probe, window) {
      const event = newest(probe, window);
      return event?.reading.ok === true ? { value: event.reading.value, from: event.from } : undefined;
    },
    reason(probe, window) {
      const reading = newest(probe, window)?.reading;
      if (reading === undefined) return "no sample ended in time";
      return reading.ok ? reading.note : reading.reason;
    },
    median(probe, from, to) {
      return median(endedIn(probe, from, to).flatMap(({ reading }) => (reading.ok ? [reading.value] : [])));
    },
  };
}
