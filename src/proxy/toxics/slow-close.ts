// slow_close: data goes through at once, the end of it comes `delay` ms late.

import { makeDelayLine } from "../delay-line.ts";
import type { ToxicKind } from "./toxic.ts";

/** Toxiproxy's `slow_close`: attribute `delay` in whole ms. */
export const slowClose: ToxicKind = {
  type: "slow_close",
  attributes: [{ name: "delay", type: "int", default: 0 }],
  open({ delay = 0 }, { clock, effects, pass }) {
    const line = makeDelayLine({ clock, effects, letGo: pass });
    return {
      push(chunk) {
        if (chunk.bytes === null) line.hold(chunk, clock.now() + Math.max(0, delay));
        else pass(chunk);
      },
      heldBytes: line.heldBytes,
      close: line.empty,
    };
  },
};
