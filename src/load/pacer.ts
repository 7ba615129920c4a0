// Keeps the send times: sleeps in another thread, and turns the event loop only where sleeping would take longer.

import type { Clock, Ms } from "../core/units.ts";
import { makeAlarm } from "./alarm.ts";
import type { Agenda } from "./agenda.ts";

/** A sleeper is this late at the least (Linux 6): what is due sooner is waited for in turns of the loop. */
const SHORTEST_SLEEP_MS: Ms = 0.06;

/** Of what is overdue so much is done before answers are read again: those under way are bounded, and would stay so. */
const MOST_AT_ONCE = 64;

/** Does whatever is due until stopped; what is past already is done at once, nothing is skipped. */
export function startPacer(agenda: Omit<Agenda, "add">, clock: Clock): { stop(): void; wake(): void } {
  const alarm = makeAlarm(clock, approach);
  let turn: NodeJS.Immediate | undefined;
  let stopped = false;

  // What is due may stop it.
  const isStopped = (): boolean => stopped;

  function rest(): void {
    alarm.clear();
    clearImmediate(turn);
  }

  function approach(): void {
    let due = agenda.peek();
    let now = clock.now();
    for (let left = MOST_AT_ONCE; left > 0 && due <= now && !isStopped(); left -= 1, now = clock.now()) {
      agenda.next();
      due = agenda.peek();
    }
    if (isStopped()) return;
    if (due - now > SHORTEST_SLEEP_MS) alarm.set(due, agenda.peekAfter());
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
