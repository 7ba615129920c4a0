// From a fault-free series to the least limit of a sum that cries wolf no more often than is stated: the series is
// drawn again in blocks, so that what follows upon what is kept, for many days at the rate at which it was sampled.
// Pure.

import type { Random } from "../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { seeded } from "../../../targets/reference-ai-stack/healer/detection/chance.ts";

/**
 * Draws without end from a series by blocks of `block` values in a row, each from a random place (moving-block
 * bootstrap, Künsch 1989; the series is closed to a circle, Politis and Romano 1992). Throws for an empty series.
 */
export function drawBlocks<T>(series: readonly T[], block: number, random: Random): () => T {
  if (series.length === 0) throw new Error("nothing to draw from: the series is empty");
  let place = 0;
  let left = 0;
  return () => {
    if (left === 0) {
      place = Math.floor(random() * series.length);
      left = block;
    }
    left -= 1;
    const value = series[place % series.length] as T;
    place += 1;
    return value;
  };
}

/** What a limit is sought for. */
export interface Search<T> {
  readonly series: readonly T[];
  /** Values drawn in a row. */
  readonly block: number;
  /** Values a day. */
  readonly perDay: number;
  readonly days: number;
  /** Over all that is watched by one walk. */
  readonly falseAlarmsPerDay: number;
  readonly seed: number;
  /** Begins a walk with that limit; it answers with the alarms of one more value. */
  readonly start: (limit: number) => (value: T) => number;
  /** No limit below this is wanted, whatever the series says. */
  readonly least: number;
}

/** A walk of one sum that begins anew after each alarm. */
export function sumWalk<T>(
  step: (sum: number, value: T, limit: number) => number,
): (limit: number) => (value: T) => number {
  return (limit) => {
    let sum = 0;
    return (value) => {
      sum = step(sum, value, limit);
      if (sum <= limit) return 0;
      sum = 0;
      return 1;
    };
  };
}

/** Alarms a day with this limit. */
export function alarmsPerDay<T>(search: Search<T>, limit: number): number {
  const draw = drawBlocks(search.series, search.block, seeded(search.seed));
  const walk = search.start(limit);
  let alarms = 0;
  for (let n = search.days * search.perDay; n > 0; n -= 1) alarms += walk(draw());
  return alarms / search.days;
}

const HIGHEST = 1000;
const CLOSE_ENOUGH = 0.05;

/** The least limit that keeps to the stated rate, to 0.05. Throws when no limit does. */
export function leastLimit<T>(search: Search<T>): number {
  const keeps = (limit: number): boolean => alarmsPerDay(search, limit) <= search.falseAlarmsPerDay;
  if (keeps(search.least)) return search.least;
  let low = search.least;
  let high = 2 * search.least;
  while (!keeps(high)) {
    low = high;
    high *= 2;
    if (high > HIGHEST) {
      const rate = alarmsPerDay(search, high).toFixed(1);
      throw new Error(`no limit keeps to ${search.falseAlarmsPerDay} a day (still ${rate}): is the stack well?`);
    }
  }
  while (high - low > CLOSE_ENOUGH) {
    const middle = (low + high) / 2;
    if (keeps(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high * 20) / 20;
}

/**
 * Upper bound of a share of which `bad` of `count` were seen, one-sided 95 % (Wilson 1927; the rule of three where none
 * was). Throws for nothing seen.
 */
export function upperShare(bad: number, count: number): number {
  if (count === 0) throw new Error("no share of nothing");
  if (bad === 0) return Math.min(1, 3 / count);
  const z = 1.6449;
  const share = bad / count;
  const middle = share + z ** 2 / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return Math.min(1, (middle + spread) / (1 + z ** 2 / count));
}
