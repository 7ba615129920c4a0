// delay_first_byte: every answer begins `delay ± jitter` ms late, and then comes as fast as it can.

import { httpStage } from "../http/stage.ts";
import type { ToxicKind } from "./toxic.ts";

/** Of our own: `delay` and `jitter` in whole ms; interim answers (1xx) are not delayed. */
export const delayFirstByte: ToxicKind = {
  type: "delay_first_byte",
  attributes: [
    { name: "delay", type: "int", default: 0, min: 0 },
    { name: "jitter", type: "int", default: 0, min: 0 },
  ],
  open({ delay = 0, jitter = 0 }, context) {
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") return;
        if (part.kind !== "head" || part.head.interim) return out.send(part.bytes);
        const ms = jitter > 0 ? delay + (2 * context.random.next() - 1) * jitter : delay;
        out.send(part.bytes, out.arrivedAt + Math.max(0, ms));
      },
    });
  },
};
