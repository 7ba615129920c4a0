// How fast counters rise. One that falls began anew at 0, as Prometheus takes it.

import type { Ms } from "../core/units.ts";

/** Values by what tells the series apart. */
export type SeriesValues = ReadonlyMap<string, number>;

export interface Riser {
  /**
   * Takes what was seen at an instant, and gives how fast each series rose since the oldest look within the stretch,
   * per second. Throws where that is not known: at the first look, after a hole, and at one instant.
   */
  take(values: SeriesValues, at: Ms): readonly number[];
}

export interface RiserOptions {
  /** The stretch over which it is taken, ms; one look before it is kept, so that the stretch is whole. */
  readonly overMs: Ms;
  /**
   * Time between two looks, ms. A look counts up to two of them before the stretch: one may be late, and one missed.
   */
  readonly everyMs: Ms;
}

interface Seen {
  readonly at: Ms;
  readonly value: number;
}

interface Look {
  readonly at: Ms;
  /** By how much each series rose since the look before. */
  readonly rises: SeriesValues;
}

/** Begins without a look. */
export function openRiser({ overMs, everyMs }: RiserOptions): Riser {
  const reachMs = overMs + 2 * everyMs;
  let looks: readonly Look[] = [];
  // Each series as it was last seen, in whichever look that was.
  const last = new Map<string, Seen>();
  return {
    take(values, at) {
      for (const [series, seen] of last) if (seen.at < at - reachMs) last.delete(series);
      const rises = risesSince(last, values);
      for (const [series, value] of values) last.set(series, { at, value });
      const recent = looks.filter((look) => look.at >= at - reachMs);
      const whole = recent.findLastIndex((look) => look.at <= at - overMs);
      looks = [...recent.slice(Math.max(0, whole)), { at, rises }];
      const [first, ...later] = looks;
      if (first === undefined || later.length === 0) {
        throw new Error(`seen once within ${reachMs} ms: how fast it rises is not known`);
      }
      if (at <= first.at) throw new Error("seen twice at one instant: how fast it rises is not known");
      return [...values.keys()].map((series) => {
        const rise = later.reduce((sum, look) => sum + (look.rises.get(series) ?? 0), 0);
        return (rise * 1000) / (at - first.at);
      });
    },
  };
}

/**
 * A series that was not seen before has a history that nobody knows, and rose by nothing. Where another one fell, a
 * process began anew, and all that it has now is of its new life.
 */
function risesSince(last: ReadonlyMap<string, Seen>, values: SeriesValues): SeriesValues {
  const anew = [...values].some(([series, value]) => value < (last.get(series)?.value ?? 0));
  return new Map(
    [...values].map(([series, now]) => {
      const then = last.get(series)?.value;
      if (then === undefined) return [series, anew ? now : 0];
      return [series, now < then ? now : now - then];
    }),
  );
}
