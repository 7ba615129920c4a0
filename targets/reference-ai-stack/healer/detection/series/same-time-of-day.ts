// Is the value unlike what it was at this time of the last days? A seasonal neighbour instead of a seasonal model: it
// needs no fitting, and of several kinds of days (work, weekend) one like today is enough.
import type { Feature } from "./series.ts";

const DAY_S = 86_400;
const DAYS = 8;
/** Samples to each side: people are a little early or late. */
const SLACK = 2;
/** Days that must be known before anything is judged. */
const LEAST_DAYS = 2;

/** Distance to the most similar value at this time of day among the last eight days. */
export function sameTimeOfDay(): Feature {
  const times: number[] = [];
  const values: number[] = [];
  return ({ at, value }) => {
    const now = times.length;
    times.push(at);
    values.push(value);
    if (at - (times[0] ?? at) < LEAST_DAYS * DAY_S) return Number.NaN;
    let nearest = Infinity;
    for (let day = 1; day <= DAYS; day += 1) {
      const then = at - day * DAY_S;
      if (then < (times[0] ?? 0)) break;
      const place = placeOf(times, then);
      for (let near = Math.max(0, place - SLACK); near <= Math.min(now - 1, place + SLACK); near += 1) {
        nearest = Math.min(nearest, Math.abs(value - (values[near] ?? 0)));
      }
    }
    return nearest;
  };
}

/** The place of the last time that is not after `at`. Times never fall. */
function placeOf(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
