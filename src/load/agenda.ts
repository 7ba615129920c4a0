// What is due next: the next send time of the schedule, or a step of a session whose user has thought long enough.

import type { Ms } from "../core/units.ts";
import type { Schedule } from "./schedule.ts";

interface Due {
  readonly at: Ms;
  readonly act: (at: Ms) => void;
}

/** Everything that is due, in the order of its instants. */
export interface Agenda {
  /** When the next thing is due, ms. */
  peek(): Ms;
  /** When the one after it is due, as far as that is known: more may be added, and rates may change. */
  peekAfter(): Ms;
  /** Does it. */
  next(): void;
  /** Has it done at an instant. */
  add(at: Ms, act: (at: Ms) => void): void;
}

/** `begin` is called with each send time of the schedule. */
export function makeAgenda(schedule: Schedule, begin: (at: Ms) => void): Agenda {
  /** By falling instants: the next one is the last. */
  const later: Due[] = [];
  return {
    peek: () => (later.length === 0 ? schedule.peek() : Math.min(schedule.peek(), later.at(-1)?.at ?? Infinity)),
    peekAfter() {
      const [sending, step] = [schedule.peek(), later.at(-1)?.at ?? Infinity];
      if (sending > step) return Math.min(sending, later.at(-2)?.at ?? Infinity);
      return Math.min(schedule.peekAfter?.() ?? Infinity, step);
    },
    next() {
      const step = later.at(-1);
      if (step === undefined || step.at > schedule.peek()) return begin(schedule.take());
      later.pop();
      step.act(step.at);
    },
    add(at, act) {
      let [low, high] = [0, later.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((later[middle]?.at ?? 0) > at) low = middle + 1;
        else high = middle;
      }
      later.splice(low, 0, { at, act });
    },
  };
}
