// How fast counters rise. One that falls began anew at 0, as Prometheus takes it.

import type { Ms } from "../core/units.ts";

/** Values by what tells the series apart. */
export type SeriesValues = ReadonlyMap<string, number>;

export interface Riser {
  /**
   * Takes what was seen at an instant, and gives how fast each series rose since the oldest look within the stretch,
   * per second. Throws at the first look: nothing is known then.
   */
  take(values: SeriesValues, at: Ms): readonly number[];
}

interface Seen {
  readonly at: Ms;
  readonly values: SeriesValues;
}

/** `overMs`: the stretch over which it is taken; one look before it is kept, so that the stretch is whole. */
export function openRiser(overMs: Ms): Riser {
  let looks: Seen[] = [];
  return {
    take(values, at) {
      const whole = looks.findLastIndex((look) => look.at <= at - overMs);
      looks = [...looks.slice(Math.max(0, whole)), { at, values }];
      const [first] = looks;
      if (first === undefined || looks.length < 2) throw new Error("seen once so far: how fast it rises is not known");
      return [...values.keys()].map((series) => (riseOf(looks, series) * 1000) / (at - first.at));
    },
  };
}

function riseOf(looks: readonly Seen[], series: string): number {
  let rise = 0;
  for (const [index, { values }] of looks.entries()) {
    const before = looks[index - 1];
    const now = values.get(series);
    if (before === undefined || now === undefined) continue;
    const then = before.values.get(series) ?? 0;
    rise += now < then ? now : now - then;
  }
  return rise;
}
