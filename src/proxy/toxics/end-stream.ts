// end_stream: an event stream ends in order after `events` events, so that what was cut off looks like a whole answer.

import { eventStage } from "../http/event-stage.ts";
import type { ToxicKind } from "./toxic.ts";

const FINISH = /"finish_reason"\s*:\s*"/;
const DONE = Buffer.from("data: [DONE]\n\n");
const LENGTH = Buffer.from(
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "length" }], object: "chat.completion.chunk" })}\n\n`,
);

/**
 * Of our own: `events` that still arrive; then, where they are 1, an event with the finish reason "length"
 * (`finish_length`) and `[DONE]` (`done`); the `share` of answers that it strikes. An answer of fewer events stays
 * whole. Where `after_finish` is 1, the event with the finish reason is the last one that arrives, and `events` says
 * nothing.
 */
export const endStream: ToxicKind = {
  type: "end_stream",
  attributes: [
    { name: "events", type: "int", default: 1, min: 0 },
    { name: "done", type: "int", default: 0, min: 0, max: 1 },
    { name: "finish_length", type: "int", default: 0, min: 0, max: 1 },
    { name: "after_finish", type: "int", default: 0, min: 0, max: 1 },
    { name: "share", type: "share", default: 1 },
  ],
  only: "downstream",
  open({ events = 1, done = 0, finish_length: length = 0, after_finish: afterFinish = 0, share = 1 }, context) {
    return eventStage(context, () => {
      if (context.random.next() >= share) return undefined;
      let isFinished = false;
      return {
        take(event, n, out) {
          const stays = afterFinish === 1 ? !isFinished : n < events;
          isFinished ||= FINISH.test(event.toString());
          if (stays) return out.send(event);
          context.effects.responsesCut += 1;
          if (length === 1) out.send(LENGTH);
          if (done === 1) out.send(DONE);
          return out.end();
        },
      };
    });
  },
};
