// Events on their way to the harness, several at a time: a message for each would cost more than the event.

import type { Ms } from "../core/units.ts";

const BATCH_MS: Ms = 40;

interface Batch<Event> {
  readonly add: (event: Event) => void;
  /** Hands on what it has, at once. */
  readonly flush: () => void;
}

/** Collects events and hands them on at the latest after 40 ms. */
export function makeBatch<Event>(send: (events: readonly Event[]) => void): Batch<Event> {
  let batch: Event[] = [];
  let flushing: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(flushing);
    flushing = undefined;
    if (batch.length > 0) send(batch);
    batch = [];
  }
  return {
    add(event) {
      batch.push(event);
      flushing ??= setTimeout(flush, BATCH_MS);
    },
    flush,
  };
}
