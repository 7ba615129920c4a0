// Keeps the send times: a timer to shortly before, then turns of the event loop. Timers alone are up to 2 ms late.

import type { Clock, Ms } from "../core/units.ts";
import type { Agenda } from "./agenda.ts";

/** How long before a send time we stop trusting timers. */
const SPIN_MS: Ms = 2;

/** Does whatever is due until stopped; what is past already is done at once, nothing is skipped. */
export function startPacer(agenda: Pick<Agenda, "peek" | "next">, clock: Clock): { stop(): void; wake(): void } {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;

  function rest(): void {
    clearTimeout(timer);
    clearImmediate(turn);
  }

  function isDue(): boolean {
    return !stopped && agenda.peek() <= clock.now();
  }

  function approach(): void {
    while (isDue()) agenda.next();
    if (stopped) return;
    const left = agenda.peek() - clock.now() - SPIN_MS;
    if (left >= 1) timer = setTimeout(approach, Math.floor(left));
    else turn = setImmediate(approach);
  }

  approach();
  return {
    stop() {
      stopped = true;
      rest();
    },
    /** To be called when the agenda changed: the next thing may be due sooner. */
    wake() {
      rest();
      if (!stopped) approach();
    },
  };
}
