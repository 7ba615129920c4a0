// What one exchange with a replica leaves in the books: its latency, how it ended, and what that means for the
// replica's place in the rotation.

import type { Place } from "./rotation.ts";
import type { SampleLog } from "./samples.ts";
import type { UpstreamFailure } from "./upstream-failure.ts";

/** The books on one exchange. */
export interface ExchangeNotes {
  /** The first byte of a good answer is there. */
  answered(): void;
  failed(failure: UpstreamFailure): void;
  /** Our own client went away. */
  givenUp(): void;
  /** A good answer was read to its end; only the first call counts. */
  ended(how: "whole" | "broken"): void;
}

/** Opened when the request is sent. `now`: ms since 1970. */
export function notesInto(samples: SampleLog, place: Place, now: () => number): ExchangeNotes {
  const over = samples.begin(now());
  let hasEnded = false;
  return {
    answered: () => over(now(), "ok"),
    failed(failure) {
      if (failure.retryAfterMs !== undefined) place.hold(failure.retryAfterMs);
      if (failure.isRefusal) return over(now(), "none");
      const how = failure.isThrottled ? "throttled" : "failed";
      over(now(), how);
      samples.ended(now(), how);
      place.ended(how);
    },
    givenUp: () => over(now(), "none"),
    ended(how) {
      if (hasEnded) return;
      hasEnded = true;
      samples.ended(now(), how);
      place.ended(how === "whole" ? "whole" : "failed");
    },
  };
}

/** For looks of our own. */
export const NO_NOTES: ExchangeNotes = {
  answered: () => undefined,
  failed: () => undefined,
  givenUp: () => undefined,
  ended: () => undefined,
};
