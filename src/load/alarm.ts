// Wakes this thread at an instant, to a fraction of a millisecond and without spinning: timers of Node are up to 2 ms
// late. A second thread sleeps in Atomics.wait, on the cell that holds the instant, and says when it is there.

import { Worker } from "node:worker_threads";
import type { Clock, Ms } from "../core/units.ts";

/** No instant at all: in 146 years of a machine's clock. */
const never = 2n ** 62n;
/** ms; whatever is later never comes. */
const latest: Ms = 1e12;

/**
 * The sleeper. It is text, since a thread can have no file that is compiled in one place and not in another. The
 * instant, ns of the machine's monotonic clock, is taken away before it tells, so that each is told once. In its place
 * comes the one that is known to follow: to be woken for that one would cost as much as to sleep.
 */
const sleeper = `
  const { workerData, parentPort } = require("node:worker_threads");
  const cells = new BigInt64Array(workerData);
  for (;;) {
    const due = Atomics.load(cells, 0);
    const left = Number(due - process.hrtime.bigint()) / 1e6;
    if (left > 0 && Atomics.wait(cells, 0, due, left) !== "timed-out") continue;
    const next = Atomics.exchange(cells, 1, ${never}n);
    if (Atomics.compareExchange(cells, 0, due, next) === due) parentPort.postMessage(0);
  }`;

/** One sleeper for all alarms of a process; it does not keep the process alive. */
let shared: { readonly cells: BigInt64Array; readonly alarms: Map<object, Wish> } | undefined;

interface Wish {
  readonly at: bigint;
  readonly after: bigint;
  readonly ring: () => void;
}

interface Alarm {
  /** Rings once, at `at`; an instant that was set before is forgotten. `after` is likely to be the next that is set. */
  set(at: Ms, after?: Ms): void;
  /** Does not ring any more. */
  clear(): void;
}

/** An alarm that calls `ring`. Instants are ms of that clock, which goes as the machine's monotonic one does. */
export function makeAlarm(clock: Clock, ring: () => void): Alarm {
  const own = {};
  const { cells, alarms } = (shared ??= startSleeper());
  const origin = process.hrtime.bigint() - BigInt(Math.round(clock.now() * 1e6));
  const instant = (at: Ms): bigint => (at < latest ? origin + BigInt(Math.round(at * 1e6)) : never);
  return {
    set(at, after = Infinity) {
      alarms.set(own, { at: instant(at), after: instant(after), ring });
      tell(cells, alarms);
    },
    clear() {
      alarms.delete(own);
    },
  };
}

function startSleeper(): NonNullable<typeof shared> {
  const cells = new BigInt64Array(new SharedArrayBuffer(16)).fill(never);
  const alarms = new Map<object, Wish>();
  const worker = new Worker(sleeper, { eval: true, workerData: cells.buffer, env: {} });
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
    tell(cells, alarms);
  });
  worker.unref();
  return { cells, alarms };
}

/** The earliest of all, and the one after it; the sleeper is woken when it sleeps for another one. */
function tell(cells: BigInt64Array, alarms: ReadonlyMap<object, Wish>): void {
  let [first, second] = [never, never];
  for (const { at, after } of alarms.values()) {
    if (at < first) {
      second = first;
      first = at;
    } else if (at < second) second = at;
    if (after < second) second = after;
  }
  // Should the sleeper wake between the two, it tells all the same, and this is called again.
  Atomics.store(cells, 1, second);
  if (Atomics.exchange(cells, 0, first) !== first) Atomics.notify(cells, 0);
}
