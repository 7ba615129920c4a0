// loss: a share of the segments is lost, which a TCP receiver sees as a wait for the retransmission, never as a gap.

import type { Ms } from "../../core/units.ts";
import { makeDelayLine } from "../delay-line.ts";
import type { Chunk, ToxicKind } from "./toxic.ts";

/** A segment is not lost more often than this in a row; with 200 ms the wait is then 12.6 s. */
const MOST_LOSSES = 6;

/**
 * Of our own: `share` of segments (reads of the socket) that are lost, and `rto`, the wait for a retransmission in
 * whole ms, which doubles each time that is lost too (RFC 6298, section 5.5). 200 ms is the least that Linux waits.
 */
export const loss: ToxicKind = {
  type: "loss",
  attributes: [
    { name: "share", type: "share", default: 0 },
    { name: "rto", type: "int", default: 200, min: 0 },
  ],
  open({ share = 0, rto = 200 }, { clock, random, effects, pass }) {
    const line = makeDelayLine({ clock, effects, letGo: pass });

    function waitFor(chunk: Chunk): Ms {
      let wait = 0;
      let losses = 0;
      while (chunk.bytes !== null && losses < MOST_LOSSES && random.next() < share) {
        wait += rto * 2 ** losses;
        losses += 1;
      }
      if (losses > 0) effects.segmentsStalled += 1;
      return wait;
    }

    return {
      push: (chunk) => line.hold(chunk, clock.now() + waitFor(chunk)),
      heldBytes: line.heldBytes,
      close: line.empty,
    };
  },
};
