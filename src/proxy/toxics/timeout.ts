// timeout: swallows all data and closes the connection once none has come for `timeout` ms.

import { wakeAt } from "../wake.ts";
import type { EndChunk, ToxicKind } from "./toxic.ts";

/**
 * Toxiproxy's `timeout`: attribute `timeout` in whole ms, counted anew from every chunk that is swallowed; 0 or less
 * never closes. Taking the toxic away closes the connections that it struck: their stream has a hole.
 */
export const timeout: ToxicKind = {
  type: "timeout",
  attributes: [{ name: "timeout", type: "int", default: 0 }],
  open({ timeout: patience = 0 }, { clock, effects, pass }) {
    let over = false;
    let cancel: (() => void) | undefined;

    function closing(): EndChunk {
      over = true;
      cancel?.();
      effects.closes += 1;
      return { bytes: null, how: "close", arrivedAt: clock.now() };
    }

    function wait(): void {
      cancel?.();
      if (patience > 0) cancel = wakeAt(clock, clock.now() + patience, () => pass(closing()));
    }

    wait();
    return {
      push(chunk) {
        if (over) return;
        if (chunk.bytes !== null) return wait();
        over = true;
        cancel?.();
        pass(chunk);
      },
      heldBytes: () => 0,
      close(reason) {
        cancel?.();
        return reason === "removed" && !over ? [closing()] : [];
      },
    };
  },
};
