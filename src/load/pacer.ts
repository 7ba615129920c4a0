// Keeps the send times: a timer to shortly before, then turns of the event loop. Timers alone are up to 2 ms late.

import type { Clock, Ms } from "../core/units.ts";
import type { Schedule } from "./schedule.ts";

/** How long before a send time we stop trusting timers. */
const SPIN_MS: Ms = 2;

/** Calls `fire` at every send time until stopped; those already past are fired at once, none is skipped. */
export function startPacer(
  schedule: Schedule,
  clock: Clock,
  fire: (intended: Ms) => void,
): { stop(): void; wake(): void } {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;

  function rest(): void {
    clearTimeout(timer);
    clearImmediate(turn);
  }

  function takeDue(): Ms | undefined {
    return !stopped && schedule.peek() <= clock.now() ? schedule.take() : undefined;
  }

  function approach(): void {
    for (let due = takeDue(); due !== undefined; due = takeDue()) fire(due);
    if (stopped) return;
    const left = schedule.peek() - clock.now() - SPIN_MS;
    if (left >= 1) timer = setTimeout(approach, Math.floor(left));
    else turn = setImmediate(approach);
  }

  approach();
  return {
    stop() {
      stopped = true;
      rest();
    },
    /** To be called when the schedule changed: the next send time may lie sooner. */
    wake() {
      rest();
      if (!stopped) approach();
    },
  };
}
