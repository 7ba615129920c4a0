// cut_tool_call: a streamed tool call ends in the middle of its arguments, in order. Some clients close what is left of
// the JSON by guess, and run the tool with it.

import { eventStage } from "../http/event-stage.ts";
import type { ToxicKind } from "./toxic.ts";

const DONE = Buffer.from("data: [DONE]\n\n");

/** The event with the arguments that it carries cut in half, and the reason for the end; undefined: it carries none. */
function cutIn(event: Buffer, finish: string | null): Buffer | undefined {
  const [, head = "", json = ""] = /^([^]*?data: ?)(\{[^\n]*\})\r?\n/.exec(event.toString()) ?? [];
  let isCut = false;
  const cut = (key: string, value: unknown): unknown => {
    if (key === "finish_reason") return finish;
    if (isCut || key !== "arguments" || typeof value !== "string" || value.length < 2) return value;
    isCut = true;
    return value.slice(0, Math.ceil(value.length / 2));
  };
  try {
    const text = JSON.stringify(JSON.parse(json), cut);
    return isCut ? Buffer.from(`${head}${text}\n\n`) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Of our own: what comes after the cut, the finish reason "length" (`finish_length`) and `[DONE]` (`done`) where they
 * are 1, and the `share` of answers that it strikes. An answer without the arguments of a tool call stays whole.
 */
export const cutToolCall: ToxicKind = {
  type: "cut_tool_call",
  attributes: [
    { name: "finish_length", type: "int", default: 0, min: 0, max: 1 },
    { name: "done", type: "int", default: 0, min: 0, max: 1 },
    { name: "share", type: "share", default: 1 },
  ],
  only: "downstream",
  open({ finish_length: length = 0, done = 0, share = 1 }, context) {
    return eventStage(context, () => {
      if (context.random.next() >= share) return undefined;
      return {
        take(event, _n, out) {
          const cut = cutIn(event, length === 1 ? "length" : null);
          if (cut === undefined) return out.send(event);
          context.effects.responsesCut += 1;
          out.send(cut);
          if (done === 1) out.send(DONE);
          return out.end();
        },
      };
    });
  },
};
