// outage: the link is down, for good or by turns. What is sent meanwhile waits, as TCP sends it again once it is up.

import { makeDelayLine } from "../delay-line.ts";
import type { Chunk, ToxicKind } from "./toxic.ts";

/**
 * Of our own: from `since` on, in ms since 1970, the link is down for `down` ms and then up for `up` ms, by turns; with
 * `up` 0 it stays down. From `until` on it is up (0: never by itself). What waits goes on, whole and in order, once the
 * link is up or the toxic is taken away.
 */
export const outage: ToxicKind = {
  type: "outage",
  attributes: [
    { name: "down", type: "int", default: 1000, min: 1 },
    { name: "up", type: "int", default: 0, min: 0 },
    { name: "since", type: "int", default: 0, min: 0 },
    { name: "until", type: "int", default: 0, min: 0 },
  ],
  open({ down = 1000, up = 0, since = 0, until = 0 }, { clock, effects, pass }) {
    const line = makeDelayLine({ clock, effects, letGo: pass });

    /** Ms until it is up; 0: it is. */
    function downFor(now: number): number {
      if (now < since || (until > 0 && now >= until)) return 0;
      const left = up === 0 ? Infinity : Math.max(0, down - ((now - since) % (down + up)));
      return until > 0 ? Math.min(left, until - now) : left;
    }

    return {
      push(chunk: Chunk) {
        const waits = downFor(Date.now());
        if (waits > 0) effects.segmentsStalled += 1;
        line.hold(chunk, clock.now() + waits);
      },
      heldBytes: line.heldBytes,
      close: line.empty,
    };
  },
};
