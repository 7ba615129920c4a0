// limit_data: lets `bytes` bytes through, then closes the connection.

import type { ToxicKind } from "./toxic.ts";

const SENT = "sent";

/**
 * Toxiproxy's `limit_data`: attribute `bytes`; what went through before a change of the limit counts towards the new
 * one.
 */
export const limitData: ToxicKind = {
  type: "limit_data",
  attributes: [{ name: "bytes", type: "int", default: 0 }],
  open({ bytes: limit = 0 }, { clock, memory, effects, pass }) {
    let over = false;
    return {
      push(chunk) {
        if (over) return;
        if (chunk.bytes === null) return pass(chunk);
        const sent = memory.get(SENT) ?? 0;
        const part = chunk.bytes.subarray(0, Math.max(0, limit - sent));
        memory.set(SENT, sent + part.length);
        over = sent + part.length >= limit;
        if (part.length > 0) pass({ ...chunk, bytes: part });
        if (!over) return;
        effects.closes += 1;
        pass({ bytes: null, how: "close", arrivedAt: clock.now() });
      },
      heldBytes: () => 0,
      close: () => [],
    };
  },
};
