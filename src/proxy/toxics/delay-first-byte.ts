// delay_first_byte: every answer begins `delay ± jitter` ms late, and then comes as fast as it can.

import { httpStage } from "../http/stage.ts";
import type { ToxicKind } from "./toxic.ts";

/**
 * Of our own: `delay` and `jitter` in whole ms for the `share` of answers, of those to POST alone where `posts` is 1.
 * Interim answers (1xx) are not delayed.
 */
export const delayFirstByte: ToxicKind = {
  type: "delay_first_byte",
  attributes: [
    { name: "delay", type: "int", default: 0, min: 0 },
    { name: "jitter", type: "int", default: 0, min: 0 },
    { name: "share", type: "share", default: 1 },
    { name: "posts", type: "int", default: 0, min: 0, max: 1 },
  ],
  open({ delay = 0, jitter = 0, share = 1, posts = 0 }, context) {
    return httpStage(context, {
      take(part, out) {
        if (part.kind === "done") return;
        if (part.kind !== "head" || part.head.interim) return out.send(part.bytes);
        const isMeant = posts === 0 || part.head.method === "POST";
        if (!isMeant || context.random.next() >= share) return out.send(part.bytes);
        if (delay + jitter > 0) context.effects.segmentsStalled += 1;
        const ms = jitter > 0 ? delay + (2 * context.random.next() - 1) * jitter : delay;
        out.send(part.bytes, out.arrivedAt + Math.max(0, ms));
      },
    });
  },
};
