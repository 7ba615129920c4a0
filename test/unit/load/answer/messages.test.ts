import { describe } from "vitest";
import { event } from "./reading.ts";
import { check, typed } from "./protocol-cases.ts";

describe("a stream of Anthropic's messages", () => {
  const begun = typed("message_start", { message: { type: "message", content: [], stop_reason: null } });
  const block = typed("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  const delta = typed("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Paris" } });
  const reason = (stop_reason: string) => typed("message_delta", { delta: { stop_reason }, usage: {} });
  const end = typed("message_stop");
  const tool = typed("content_block_start", { index: 1, content_block: { type: "tool_use", input: {} } });
  const json = (partial_json: string) =>
    typed("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json } });
  check(
    [
      ["is whole with message_stop", begun + block + delta + typed("ping") + reason("end_turn") + end, "answered"],
      ["is cut without message_stop, as its clients say", begun + block + delta + reason("end_turn"), "cut stream"],
      ["ends where the target says so", begun + delta + reason("end_turn"), "answered", { done: "end" }],
      ["has no stop_reason", begun + block + delta + end, "no finish reason"],
      [
        "carries event: error",
        begun + delta + typed("error", { error: { type: "overloaded_error" } }),
        "error in stream",
      ],
      [
        "carries an error in a bare data line",
        begun + delta + event({ error: { message: "no" } }) + end,
        "error in stream",
      ],
      ["is cut at its limit", begun + delta + reason("max_tokens") + end, "cut at limit"],
      [
        "reaches a limit that was asked for",
        begun + delta + reason("max_tokens") + end,
        "answered",
        { body: { max_tokens: 9 } },
        "at limit",
      ],
      ["is refused", begun + delta + reason("refusal") + end, "content filter"],
      ["is empty", begun + block + reason("end_turn") + end, "empty answer"],
      [
        "is thinking alone",
        begun +
          typed("content_block_delta", { delta: { type: "thinking_delta", thinking: "hm" } }) +
          reason("end_turn") +
          end,
        "empty answer",
      ],
      ["calls a tool", begun + tool + json("") + json('{"a":') + json("1}") + reason("tool_use") + end, "answered"],
      ["calls a tool without input", begun + tool + reason("tool_use") + end, "answered"],
      ["has a cut tool call", begun + tool + json('{"a":') + reason("tool_use") + end, "cut tool call"],
    ],
    "anthropic",
  );
});
