// bandwidth: bytes leave at `rate` KB (1,000 bytes) per second, in pieces of at most 100 ms, as if by a slow line.

import type { Ms } from "../../core/units.ts";
import { makeDelayLine } from "../delay-line.ts";
import type { ToxicKind } from "./toxic.ts";

/** Toxiproxy reads, and so paces, at most this much at once (Go's io.Copy). */
const LARGEST_PIECE = 32_768;
/** A piece never takes longer than this on the line, ms (Toxiproxy's interval). */
const LONGEST_PIECE_MS = 100;
/** The line is kept full for this long, ms, so that a wake-up that comes late does not cost rate. */
const AHEAD_MS = 20;
const SMALLEST_HOLD = 65_536;
const LARGEST_HOLD = 4 * 1024 * 1024;

/** Toxiproxy's `bandwidth`: attribute `rate` in KB/s; 0 or less lets nothing through until it is changed or removed. */
export const bandwidth: ToxicKind = {
  type: "bandwidth",
  attributes: [{ name: "rate", type: "int", default: 0 }],
  open({ rate = 0 }, { clock, effects, pass }) {
    // 1 KB/s is one byte per ms.
    const bytesPerMs = Math.max(0, rate);
    const piece = Math.max(1, Math.min(LARGEST_PIECE, bytesPerMs * LONGEST_PIECE_MS));
    const line = makeDelayLine({ clock, effects, letGo: pass });
    let busyUntil: Ms = -Infinity;

    return {
      holdLimit: Math.min(LARGEST_HOLD, Math.max(SMALLEST_HOLD, bytesPerMs * AHEAD_MS)),
      push(chunk) {
        const { bytes, arrivedAt } = chunk;
        if (bytes === null) return line.hold(chunk, busyUntil);
        if (bytesPerMs === 0) {
          busyUntil = Infinity;
          return line.hold(chunk, busyUntil);
        }
        busyUntil = Math.max(busyUntil, clock.now());
        for (let at = 0; at < bytes.length; at += piece) {
          const part = bytes.subarray(at, at + piece);
          busyUntil += part.length / bytesPerMs;
          line.hold({ bytes: part, arrivedAt }, busyUntil);
        }
      },
      heldBytes: line.heldBytes,
      close: line.empty,
    };
  },
};
