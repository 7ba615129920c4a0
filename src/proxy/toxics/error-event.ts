// error_event: an error takes the place of the rest of an event stream, in one of the shapes in which servers say it.

import { eventStage } from "../http/event-stage.ts";
import type { ToxicKind } from "./toxic.ts";

const MESSAGE = "the engine is gone";

/** By number: OpenAI's object, an event named error, a text for the error, `object: "error"`, a line of its own. */
const SHAPES: readonly string[] = [
  `data: ${JSON.stringify({ error: { message: MESSAGE, type: "server_error", code: 503 } })}`,
  `event: error\ndata: ${JSON.stringify({ message: MESSAGE, code: 503 })}`,
  `data: ${JSON.stringify({ error: MESSAGE })}`,
  `data: ${JSON.stringify({ object: "error", message: MESSAGE, code: 503 })}`,
  `error: ${JSON.stringify({ message: MESSAGE, code: 503 })}`,
];
const DONE = Buffer.from("data: [DONE]\n\n");

/**
 * Of our own: `events` that still arrive, the `shape` of the error (0 to 4), whether `[DONE]` follows (`done`), and the
 * `share` of answers that it strikes. An answer of fewer events stays whole.
 */
export const errorEvent: ToxicKind = {
  type: "error_event",
  attributes: [
    { name: "events", type: "int", default: 1, min: 0 },
    { name: "shape", type: "int", default: 0, min: 0, max: SHAPES.length - 1 },
    { name: "done", type: "int", default: 0, min: 0, max: 1 },
    { name: "share", type: "share", default: 1 },
  ],
  only: "downstream",
  open({ events = 1, shape = 0, done = 0, share = 1 }, context) {
    return eventStage(context, () => {
      if (context.random.next() >= share) return undefined;
      return {
        take(event, n, out) {
          if (n < events) return out.send(event);
          context.effects.responsesCut += 1;
          out.send(Buffer.from(`${SHAPES[shape] ?? ""}\n\n`));
          if (done === 1) out.send(DONE);
          return out.end();
        },
      };
    });
  },
};
