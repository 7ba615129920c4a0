// truncate_stream: an answer's body ends after `bytes` bytes, and the connection with it, so that the client sees a
// torn one.

import { httpStage } from "../http/stage.ts";
import type { ToxicKind } from "./toxic.ts";

/**
 * Of our own: `bytes` of the body that still arrive, in its `share` of answers. Where only the connection's end ends a
 * body, that end is a reset.
 */
export const truncateStream: ToxicKind = {
  type: "truncate_stream",
  attributes: [
    { name: "bytes", type: "int", default: 0, min: 0 },
    { name: "share", type: "share", default: 1 },
  ],
  open({ bytes: limit = 0, share = 1 }, context) {
    let left = limit;
    let untilClose = false;
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") return;
        if (part.kind === "head") {
          left = context.random.next() < share ? limit : Infinity;
          untilClose = part.head.framing.kind === "close";
        }
        if (part.kind !== "payload" || part.bytes.length <= left) {
          if (part.kind === "payload") left -= part.bytes.length;
          return out.send(part.bytes);
        }
        out.send(part.bytes.subarray(0, left));
        context.effects.responsesCut += 1;
        out.cut(untilClose ? "reset" : "close");
      },
    });
  },
};
