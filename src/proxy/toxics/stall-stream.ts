// stall_stream: an answer stands still for `duration` ms once `bytes` bytes of its body have left.

import { httpStage } from "../http/stage.ts";
import type { ToxicKind } from "./toxic.ts";

/** Of our own: `bytes`, and `duration` in whole ms, 0 for as long as the toxic is there. Once in an answer. */
export const stallStream: ToxicKind = {
  type: "stall_stream",
  attributes: [
    { name: "bytes", type: "int", default: 0, min: 0 },
    { name: "duration", type: "int", default: 0, min: 0 },
  ],
  open({ bytes: limit = 0, duration = 0 }, context) {
    let left = limit;
    let stalled = false;
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") return;
        if (part.kind === "head") {
          left = limit;
          stalled = false;
        }
        if (part.kind !== "payload" || stalled) return out.send(part.bytes);
        const before = part.bytes.subarray(0, left);
        left -= before.length;
        out.send(before);
        if (before.length === part.bytes.length) return;
        stalled = true;
        context.effects.segmentsStalled += 1;
        out.send(part.bytes.subarray(before.length), duration > 0 ? context.clock.now() + duration : Infinity);
      },
    });
  },
};
