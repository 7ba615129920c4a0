// A replica answers a bounded number of requests at once; the rest wait in order, and beyond the bound they are sent
// away. Without the bound an overload would grow the wait without end and no signal would ever say "too much".

import { performance } from "node:perf_hooks";

/** Thrown when all slots are taken and the queue is full; the caller answers 429. */
export class QueueFull extends Error {
  constructor(waiting: number) {
    super(`all slots are taken and ${waiting} requests wait already`);
    this.name = "QueueFull";
  }
}

/** Slots with a first-in-first-out queue before them. */
export interface SlotQueue {
  readonly slots: number;
  /** Requests that hold a slot now. */
  running(): number;
  /** Requests that wait for a slot now. */
  waiting(): number;
  /** After how long the next slot is given back, ms, by how long users held theirs lately; undefined before any did. */
  nextFreeMs(): number | undefined;
  /**
   * Waits for a slot. Resolves with how long that took (ms) and the function that gives the slot back (harmless twice).
   * Rejects with {@link QueueFull} at once when the queue is full, and with the signal's reason when it aborts first.
   * `isProbe`: it is over at once, and tells nothing of how long users hold theirs.
   */
  acquire(signal: AbortSignal, isProbe?: boolean): Promise<Slot>;
}

export interface Slot {
  readonly waitedMs: number;
  release(): void;
}

/** Weight of the last slot that was given back in the mean time for which slots are held. */
const LAST_HELD = 0.1;

interface Waiter {
  readonly grant: () => void;
}

/** `slots` requests run at once, at most `maxWaiting` wait. */
export function createSlotQueue(slots: number, maxWaiting: number): SlotQueue {
  let running = 0;
  let heldMs: number | undefined;
  const waiters: Waiter[] = [];

  function hold(since: number, isProbe: boolean): Slot {
    let held = true;
    const from = performance.now();
    return {
      waitedMs: from - since,
      release() {
        if (!held) return;
        held = false;
        const ms = performance.now() - from;
        if (!isProbe) heldMs = heldMs === undefined ? ms : heldMs + LAST_HELD * (ms - heldMs);
        running -= 1;
        waiters.shift()?.grant();
      },
    };
  }

  async function acquire(signal: AbortSignal, isProbe = false): Promise<Slot> {
    signal.throwIfAborted();
    const since = performance.now();
    if (running < slots) {
      running += 1;
      return hold(since, isProbe);
    }
    if (waiters.length >= maxWaiting) throw new QueueFull(waiters.length);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        grant() {
          signal.removeEventListener("abort", leave);
          // Taken here and not after the await: no newcomer may slip in between.
          running += 1;
          resolve();
        },
      };
      function leave(): void {
        waiters.splice(waiters.indexOf(waiter), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted while waiting"));
      }
      signal.addEventListener("abort", leave, { once: true });
      waiters.push(waiter);
    });
    return hold(since, isProbe);
  }

  return {
    slots,
    running: () => running,
    waiting: () => waiters.length,
    // They are held side by side, and do not come free together.
    nextFreeMs: () => (heldMs === undefined ? undefined : heldMs / slots),
    acquire,
  };
}
