// torn_event: one event of a stream loses its second half, and all others arrive; who skips it has an answer with a
// hole.

import { eventStage } from "../http/event-stage.ts";
import type { ToxicKind } from "./toxic.ts";

/** Of our own: the `event` that is torn, counted from 0, and the `share` of answers that it strikes. */
export const tornEvent: ToxicKind = {
  type: "torn_event",
  attributes: [
    { name: "event", type: "int", default: 1, min: 0 },
    { name: "share", type: "share", default: 1 },
  ],
  only: "downstream",
  open({ event: torn = 1, share = 1 }, context) {
    return eventStage(context, () => {
      if (context.random.next() >= share) return undefined;
      return {
        take(event, n, out) {
          if (n !== torn) return out.send(event);
          context.effects.responsesCut += 1;
          const text = event.subarray(0, Math.max(1, Math.floor(event.length / 2)));
          return out.send(Buffer.concat([text, Buffer.from("\n\n")]));
        },
      };
    });
  },
};
