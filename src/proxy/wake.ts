// Timers of Node count whole milliseconds from the start of a loop turn; a toxic of 50 ms should not be 48.9 or 51.4.

import type { Clock, Ms } from "../core/units.ts";

/** Node's timers fire at once when asked for more, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Calls back at `due` on the clock: a coarse timer to less than a millisecond before, then turns of the event loop
 * (which still serve sockets). Never early; late by a loop turn. Returns the way to cancel it.
 */
export function wakeAt(clock: Clock, due: Ms, wake: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;

  function approach(): void {
    const left = due - clock.now();
    if (left <= 0) wake();
    else if (left >= 1) timer = setTimeout(approach, Math.min(LONGEST_TIMER_MS, Math.floor(left)));
    else turn = setImmediate(approach);
  }

  const left = due - clock.now();
  if (left >= 1) timer = setTimeout(approach, Math.min(LONGEST_TIMER_MS, Math.floor(left)));
  else turn = setImmediate(approach);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
