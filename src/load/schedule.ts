// When requests are to be sent, fixed before the run. A change of rate bends time, not the dice: the same seed gives
// the same arrivals, and the same bump at the same instant gives the same bumped arrivals.

import type { StreamLoad } from "../records/conditions.ts";
import { seededRandom } from "../core/random.ts";
import type { Ms } from "../core/units.ts";

export type Arrivals = Pick<StreamLoad, "arrival" | "ratePerSecond">;

/** Endless, increasing send times in ms, to be read one by one. */
export interface Schedule {
  /** The next send time; the same until `take`. */
  peek(): Ms;
  /** The one after it, as rates are now; absent: not known before. */
  peekAfter?(): Ms;
  take(): Ms;
  /** From `atMs` on, send times come `times` as fast as the load asks for; not cumulative. */
  changeRate(times: number, atMs: Ms): void;
}

interface RateStep {
  readonly from: Ms;
  readonly times: number;
}

/**
 * A schedule that begins at `startMs`. constant: equal gaps after a seeded fraction of one; poisson: exponential gaps,
 * −ln(1 − U) ÷ rate. `purpose` keeps the dice of different loads apart.
 */
export function makeSchedule(spec: Arrivals, startMs: Ms, seed: number, purpose: string): Schedule {
  const random = seededRandom(seed, `${purpose}/arrivals`);
  const steps: RateStep[] = [];
  let last = startMs;
  // Distance to the next arrival in mean gaps of the unchanged load.
  let distance = spec.arrival === "constant" ? random.next() : exponential(random.next());
  /** Of the arrival after it. */
  let further = draw();
  let next: Ms | undefined;
  let after: Ms | undefined;

  function draw(): number {
    return spec.arrival === "constant" ? 1 : exponential(random.next());
  }

  /** Walks a distance through the steps: a gap shrinks by the factor that holds while it is walked. */
  function walk(from: Ms, gaps: number): Ms {
    const gap = 1000 / spec.ratePerSecond;
    let at = from;
    let left = gaps * gap;
    let times = 1;
    for (const step of steps) {
      if (step.from > at) {
        const reach = (step.from - at) * times;
        if (reach >= left) break;
        left -= reach;
        at = step.from;
      }
      times = step.times;
    }
    return at + left / times;
  }

  function peek(): Ms {
    next ??= walk(last, distance);
    return next;
  }

  function peekAfter(): Ms {
    after ??= walk(peek(), further);
    return after;
  }

  return {
    peek,
    peekAfter,
    take() {
      last = peek();
      next = after;
      after = undefined;
      distance = further;
      further = draw();
      return last;
    },
    changeRate(times, atMs) {
      if (!(times > 0)) throw new RangeError(`a load × ${times} has no send times`);
      steps.push({ from: atMs, times });
      steps.sort((a, b) => a.from - b.from);
      next = undefined;
      after = undefined;
    },
  };
}

function exponential(uniform: number): number {
  return -Math.log(1 - uniform);
}

/** Which row of the dataset each request asks about: seeded draws, the n-th request always the same row. */
export function makeRowPicker(rows: number, seed: number, purpose: string): () => number {
  const random = seededRandom(seed, `${purpose}/rows`);
  return () => Math.floor(random.next() * rows);
}
