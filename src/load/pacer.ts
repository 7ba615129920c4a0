// Keeps the send times: sleeps to shortly before in another thread, then turns of the event loop.

import type { Clock, Ms } from "../core/units.ts";
import { makeAlarm } from "./alarm.ts";
import type { Agenda } from "./agenda.ts";

/** A sleeper wakes this late at the least, so it is woken as much sooner (measured on Linux 6: 0.06 to 0.15 ms). */
const LEAD_MS: Ms = 0.08;

/** Does whatever is due until stopped; what is past already is done at once, nothing is skipped. */
export function startPacer(agenda: Pick<Agenda, "peek" | "next">, clock: Clock): { stop(): void; wake(): void } {
  const alarm = makeAlarm(approach);
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;

  function rest(): void {
    alarm.clear();
    clearImmediate(turn);
  }

  function isDue(): boolean {
    return !stopped && agenda.peek() <= clock.now();
  }

  function approach(): void {
    while (isDue()) agenda.next();
    if (stopped) return;
    const left = agenda.peek() - clock.now() - LEAD_MS;
    if (left > 0) alarm.set(left);
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
