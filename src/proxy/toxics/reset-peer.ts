// reset_peer: from the first chunk on it takes `timeout` ms, then both sides of the connection get a TCP reset.

import { heldCost } from "../delay-line.ts";
import { wakeAt } from "../wake.ts";
import type { Chunk, ToxicKind } from "./toxic.ts";

/**
 * Toxiproxy's `reset_peer`: attribute `timeout` in whole ms. Taken away before it strikes, it gives back what it held.
 */
export const resetPeer: ToxicKind = {
  type: "reset_peer",
  attributes: [{ name: "timeout", type: "int", default: 0 }],
  open({ timeout = 0 }, { clock, effects, pass }) {
    let held: Chunk[] = [];
    let bytes = 0;
    let over = false;
    let cancel: (() => void) | undefined;

    function reset(): void {
      over = true;
      held = [];
      bytes = 0;
      effects.resets += 1;
      pass({ bytes: null, how: "reset", arrivedAt: clock.now() });
    }

    return {
      push(chunk) {
        if (over) return;
        if (timeout <= 0) return reset();
        held.push(chunk);
        bytes += heldCost(chunk);
        cancel ??= wakeAt(clock, clock.now() + timeout, reset);
      },
      heldBytes: () => bytes,
      holdLimit: 65_536,
      close() {
        cancel?.();
        return held;
      },
    };
  },
};
