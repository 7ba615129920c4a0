// latency: every chunk leaves `latency ± jitter` ms after it arrived. Chunks wait side by side, so delays do not add
// up.

import type { Ms } from "../../core/units.ts";
import { makeDelayLine } from "../delay-line.ts";
import type { Chunk, ToxicKind } from "./toxic.ts";

/** Toxiproxy's `latency`: attributes `latency` and `jitter` in whole ms. */
export const latency: ToxicKind = {
  type: "latency",
  attributes: [
    { name: "latency", type: "int", default: 0 },
    { name: "jitter", type: "int", default: 0 },
  ],
  open({ latency: base = 0, jitter = 0 }, { clock, random, effects, pass }) {
    const line = makeDelayLine({
      clock,
      effects,
      // As in Toxiproxy the next toxic counts from the end of this delay.
      letGo: (chunk, due) => pass({ ...chunk, arrivedAt: Math.max(due, chunk.arrivedAt) }),
    });

    /** Uniform in latency ± jitter, never negative; the sender's end is not delayed by itself. */
    function delayOf(chunk: Chunk): Ms {
      if (chunk.bytes === null) return 0;
      return Math.max(0, jitter > 0 ? base + (2 * random.next() - 1) * jitter : base);
    }

    return {
      push: (chunk) => line.hold(chunk, chunk.arrivedAt + delayOf(chunk)),
      heldBytes: line.heldBytes,
      close: line.empty,
    };
  },
};
