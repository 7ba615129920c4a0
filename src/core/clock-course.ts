// How far another machine's clock is ahead of ours, and how well that is known. Pure arithmetic over round trips.
//
// A question goes at t0 (our clock), arrives at t1 (theirs), is answered at t2 (theirs), the answer is here at t3
// (ours). Then (RFC 5905, section 8; F. Cristian, Probabilistic clock synchronization, 1989)
//
//   ahead = ((t1 − t0) + (t2 − t3)) / 2,   known to ± round trip / 2,   round trip = (t3 − t0) − (t2 − t1),
//
// whatever the two ways take. Afterwards the clocks drift apart: at an instant t it is known to
//
//   ± (round trip / 2 + drift × |t − (t0 + t3) / 2| + drift × round trip)
//
// and of all comparisons the one counts that knows best. Two that cannot both be true by that show a clock that jumped,
// or ran off faster: all that was corrected by the earlier one may be wrong by as much as they differ.

import type { Ms } from "./units.ts";

/**
 * Two clocks may drift apart so fast, ms each ms. Linux keeps a clock within 500 parts in a million of its own
 * (adjtimex(2); the same in RFC 5905, section 11.3), and there are two of them.
 */
const drift = 2 * 500e-6;

/** So many comparisons are kept: whoever asks for an instant, asks for one of the last minutes. */
const mostKept = 256;

/** Four instants of one question, ms: of the epoch of our clock, and of theirs. */
export interface RoundTrip {
  readonly asked: Ms;
  readonly received: Ms;
  readonly answered: Ms;
  readonly heard: Ms;
}

/** What one comparison says. */
interface Comparison {
  /** Middle of the round trip, on our clock. */
  readonly at: Ms;
  readonly aheadMs: Ms;
  readonly errorMs: Ms;
}

/** What is known of their clock at an instant or over a stretch. */
interface Known {
  /** Their clock shows so much more than ours. */
  readonly aheadMs: Ms;
  /** It lies within this of the truth. */
  readonly errorMs: Ms;
}

/** Their clock as our comparisons tell it. */
export interface ClockCourse {
  /** Takes the shortest of some round trips that were made together, at least one. */
  compare(trips: readonly RoundTrip[]): void;
  /** For an instant of our clock, ms. */
  at(ours: Ms): Known;
  /** For all instants between two of theirs, ms, which may be the same: one correction for both. */
  between(from: Ms, to: Ms): Known;
  /** The greatest error since this was asked last: of what was asked by `between`, and of clocks that jumped, ms. */
  worstSince(ours: Ms): Ms;
  /** Round trip of the newest comparison, ms. */
  roundTripMs(): Ms;
}

/** How long a round trip was under way, ms: without the time that the other side took to answer. */
function underWayMs({ asked, received, answered, heard }: RoundTrip): Ms {
  return Math.max(0, heard - asked - (answered - received));
}

/** Begins with round trips that were made together, at least one. */
export function openClockCourse(first: readonly RoundTrip[]): ClockCourse {
  let kept: Comparison[] = [];
  let worst: Ms = 0;
  let newestTripMs: Ms = 0;

  function known(from: Ms, to: Ms): Known {
    let best: Known = { aheadMs: 0, errorMs: Infinity };
    for (const { at, aheadMs, errorMs } of kept) {
      const grown = errorMs + drift * Math.max(Math.abs(from - at), Math.abs(to - at));
      if (grown < best.errorMs) best = { aheadMs, errorMs: grown };
    }
    return best;
  }

  function compare(trips: readonly RoundTrip[]): void {
    const [trip] = trips.toSorted((one, other) => underWayMs(one) - underWayMs(other));
    if (trip === undefined) return;
    newestTripMs = underWayMs(trip);
    const comparison = {
      at: (trip.asked + trip.heard) / 2,
      aheadMs: (trip.received - trip.asked + (trip.answered - trip.heard)) / 2,
      errorMs: newestTripMs * (0.5 + drift),
    };
    const before = kept.length === 0 ? undefined : known(comparison.at, comparison.at);
    if (before !== undefined) {
      const apart = Math.abs(comparison.aheadMs - before.aheadMs);
      if (apart > comparison.errorMs + before.errorMs) {
        worst = Math.max(worst, apart + comparison.errorMs + before.errorMs);
        kept = [];
      }
    }
    kept = [...kept, comparison].slice(-mostKept);
  }

  compare(first);
  return {
    compare,
    at: (ours) => known(ours, ours),
    between(from, to) {
      const about = kept.at(-1)?.aheadMs ?? 0;
      const found = known(from - about, to - about);
      worst = Math.max(worst, found.errorMs);
      return found;
    },
    worstSince(ours) {
      const found = Math.max(worst, known(ours, ours).errorMs);
      worst = 0;
      return found;
    },
    roundTripMs: () => newestTripMs,
  };
}
