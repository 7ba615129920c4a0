// Times of other processes of this machine, which are by its wall clock, as times of the trial.

import type { Clock, Ms } from "../../../core/units.ts";

/** What is to be added to wall times of this machine for times of the trial, by the closest of some readings. */
export function shiftTo(clock: Clock): Ms {
  let best = { width: Infinity, shift: 0 };
  for (let i = 0; i < 50; i += 1) {
    const before = performance.now();
    const [at, wall] = [clock.now(), Date.now()];
    const width = performance.now() - before;
    // The wall clock shows whole ms: what is cut off is half of one in the mean.
    if (width < best.width) best = { width, shift: at - wall - 0.5 };
  }
  return best.shift;
}
