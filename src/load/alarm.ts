// Wakes this thread at an instant, to a fraction of a millisecond and without spinning: timers of Node are up to 2 ms
// late. A second thread sleeps in Atomics.wait, on the cell that holds the instant, and says when it is there.

import { Worker } from "node:worker_threads";
import type { Ms } from "../core/units.ts";

/** No instant at all: in 146 years of a machine's clock. */
const never = 2n ** 62n;

/**
 * The sleeper. It is text, since a thread can have no file that is compiled in one place and not in another. The
 * instant, ns of the machine's monotonic clock, is taken away before it tells, so that each is told once.
 */
const sleeper = `
  const { workerData, parentPort } = require("node:worker_threads");
  const cell = new BigInt64Array(workerData);
  for (;;) {
    const due = Atomics.load(cell, 0);
    const left = Number(due - process.hrtime.bigint()) / 1e6;
    if (left > 0 && Atomics.wait(cell, 0, due, left) !== "timed-out") continue;
    if (Atomics.compareExchange(cell, 0, due, ${never}n) === due) parentPort.postMessage(0);
  }`;

/** One sleeper for all alarms of a process; it does not keep the process alive. */
let shared: { readonly cell: BigInt64Array; readonly alarms: Map<object, Wish> } | undefined;

interface Wish {
  readonly at: bigint;
  readonly ring: () => void;
}

interface Alarm {
  /** Rings once, `left` ms from now; an instant that was set before is forgotten. */
  set(left: Ms): void;
  /** Does not ring any more. */
  clear(): void;
}

/** An alarm that calls `ring`. */
export function makeAlarm(ring: () => void): Alarm {
  const own = {};
  const { cell, alarms } = (shared ??= startSleeper());
  return {
    set(left) {
      alarms.set(own, { at: process.hrtime.bigint() + BigInt(Math.max(0, Math.round(left * 1e6))), ring });
      tell(cell, alarms);
    },
    clear() {
      alarms.delete(own);
    },
  };
}

function startSleeper(): NonNullable<typeof shared> {
  const cell = new BigInt64Array(new SharedArrayBuffer(8));
  cell[0] = never;
  const alarms = new Map<object, Wish>();
  const worker = new Worker(sleeper, { eval: true, workerData: cell.buffer, env: {} });
  worker.on("message", () => {
    const now = process.hrtime.bigint();
    const due = [...alarms].filter(([, { at }]) => at <= now);
    if (due.length > 1) due.sort(([, a], [, b]) => Number(a.at - b.at));
    for (const [own, wish] of due) {
      // One that rang before may have cleared it, or set it anew.
      if (alarms.get(own) !== wish) continue;
      alarms.delete(own);
      wish.ring();
    }
    tell(cell, alarms);
  });
  worker.unref();
  return { cell, alarms };
}

/** The earliest of all; the sleeper is woken when it sleeps for another one. */
function tell(cell: BigInt64Array, alarms: ReadonlyMap<object, Wish>): void {
  let first = never;
  for (const { at } of alarms.values()) if (at < first) first = at;
  if (Atomics.exchange(cell, 0, first) !== first) Atomics.notify(cell, 0);
}
