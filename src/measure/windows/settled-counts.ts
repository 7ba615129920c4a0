// How many requests settled, and how many badly, up to any instant that somebody will ask for: for the error budget of
// long trials.

import type { Ms } from "../../core/units.ts";
import { firstAtOrAfter } from "./timeline-view.ts";
import type { SettledRequest } from "./requests.ts";

export interface Settled {
  readonly expected: number;
  readonly bad: number;
}

export interface SettledCounts {
  /** Takes requests that were let go, in order; none before `to` comes any more. */
  drop(requests: readonly SettledRequest[], to: Ms): void;
  /** Remembers how it stood at this instant, since it will be asked for once the requests around it are gone. */
  note(at: Ms, requests: readonly SettledRequest[]): void;
  /** Settled before `at`. Of an instant that is gone and was never noted: undefined, rather than an estimate. */
  before(at: Ms, requests: readonly SettledRequest[]): Settled | undefined;
}

/** Counts from the start of a trial. `requests` are always those not let go yet, by settling instant. */
export function makeSettledCounts(): SettledCounts {
  let gone: Settled = { expected: 0, bad: 0 };
  let goneUntil = -Infinity;
  const notes = new Map<Ms, Settled>();
  const standAt = (at: Ms, requests: readonly SettledRequest[]): Settled =>
    plus(
      gone,
      requests.slice(
        0,
        firstAtOrAfter(requests, (request) => request.at, at),
      ),
    );
  return {
    before: (at, requests) => (at < goneUntil ? notes.get(at) : standAt(at, requests)),
    drop(requests, to) {
      gone = plus(gone, requests);
      goneUntil = to;
    },
    note(at, requests) {
      if (at >= goneUntil && !notes.has(at)) notes.set(at, standAt(at, requests));
    },
  };
}

function plus({ expected, bad }: Settled, requests: readonly SettledRequest[]): Settled {
  return {
    expected: expected + requests.length,
    bad: bad + requests.filter(({ meaning }) => meaning !== "good").length,
  };
}
