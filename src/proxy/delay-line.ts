// The waiting line of the toxics that hold chunks back: first in, first out, each let go at its time.

import type { Clock, Ms } from "../core/units.ts";
import { countDelay } from "./effects.ts";
import type { ToxicEffects } from "./effects.ts";
import type { Chunk } from "./toxics/toxic.ts";
import { wakeAt } from "./wake.ts";

/** What a waiting chunk costs beside its bytes, so that a flood of single bytes is bounded too. */
const CHUNK_COST = 256;

/** Bytes that a held chunk counts for. */
export function heldCost(chunk: Chunk): number {
  return CHUNK_COST + (chunk.bytes?.length ?? 0);
}

export interface DelayLine {
  /** Lets the chunk go at `due` (Infinity: not by itself), never before the chunk in front. */
  readonly hold: (chunk: Chunk, due: Ms) => void;
  readonly heldBytes: () => number;
  /** Stops; gives back what waits, in order. */
  readonly empty: () => readonly Chunk[];
}

interface Waiting {
  readonly chunk: Chunk;
  readonly enteredAt: Ms;
  readonly due: Ms;
}

export interface DelayLineOptions {
  readonly clock: Clock;
  readonly effects: ToxicEffects;
  /** Called with each chunk at its time, `due` being when that was meant to be. */
  readonly letGo: (chunk: Chunk, due: Ms) => void;
}

/** An empty line. A chunk that has nothing to wait for is let go within `hold`. */
export function makeDelayLine({ clock, effects, letGo }: DelayLineOptions): DelayLine {
  let waiting: Waiting[] = [];
  let first = 0;
  let held = 0;
  let lastDue = -Infinity;
  let cancel: (() => void) | undefined;

  function sleep(due: Ms): void {
    cancel?.();
    cancel = due === Infinity ? undefined : wakeAt(clock, due, wake);
  }

  function wake(): void {
    cancel = undefined;
    for (let next = waiting[first]; next !== undefined; next = waiting[first]) {
      const now = clock.now();
      if (next.due > now) return sleep(next.due);
      first += 1;
      if (first > 1_024 && first * 2 > waiting.length) {
        waiting = waiting.slice(first);
        first = 0;
      }
      held -= heldCost(next.chunk);
      if (next.chunk.bytes !== null) countDelay(effects, now - next.enteredAt);
      letGo(next.chunk, next.due);
    }
    waiting = [];
    first = 0;
  }

  return {
    hold(chunk, due) {
      const now = clock.now();
      lastDue = Math.max(lastDue, due);
      const alone = first === waiting.length;
      if (alone && lastDue <= now) return letGo(chunk, lastDue);
      waiting.push({ chunk, enteredAt: now, due: lastDue });
      held += heldCost(chunk);
      if (alone) sleep(lastDue);
    },
    heldBytes: () => held,
    empty() {
      cancel?.();
      cancel = undefined;
      const left = waiting.slice(first).map((each) => each.chunk);
      waiting = [];
      first = 0;
      held = 0;
      lastDue = -Infinity;
      return left;
    },
  };
}
