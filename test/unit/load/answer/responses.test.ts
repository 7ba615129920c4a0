import { describe } from "vitest";
import { DONE, event } from "./reading.ts";
import { check, typed } from "./protocol-cases.ts";

describe("a stream of Responses", () => {
  const begun = typed("response.created", { response: { status: "in_progress", error: null, output: [] } });
  const delta = typed("response.output_text.delta", { output_index: 0, delta: "Paris" });
  const message = { type: "message", content: [{ type: "output_text", text: "Paris" }] };
  const last = (status: string, more: object = {}) =>
    typed(`response.${status}`, { response: { object: "response", status, error: null, output: [message], ...more } });
  const args = (piece: string) => typed("response.function_call_arguments.delta", { output_index: 1, delta: piece });
  check(
    [
      ["is whole with response.completed", begun + delta + last("completed"), "answered"],
      ["is whole without deltas too", begun + last("completed"), "answered"],
      ["is cut without its last event", begun + delta, "cut stream"],
      ["failed", begun + delta + last("failed", { error: { code: "server_error" } }), "error in stream"],
      ["carries an error event", begun + typed("error", { code: "x", message: "no" }), "error in stream"],
      [
        "is incomplete by its limit",
        begun + delta + last("incomplete", { incomplete_details: { reason: "max_output_tokens" } }),
        "cut at limit",
      ],
      [
        "is incomplete by a limit that was asked for",
        begun + delta + last("incomplete", { incomplete_details: { reason: "max_output_tokens" } }),
        "answered",
        { body: { max_output_tokens: 9 } },
        "at limit",
      ],
      [
        "is incomplete by a filter",
        begun + delta + last("incomplete", { incomplete_details: { reason: "content_filter" } }),
        "content filter",
      ],
      ["is completed and empty", begun + last("completed", { output: [] }), "empty answer"],
      ["ends in [DONE] alone", begun + delta + DONE, "no finish reason"],
      ["has a whole tool call", begun + args('{"a"') + args(":1}") + last("completed"), "answered"],
      ["has a cut tool call", begun + args('{"a"') + last("completed"), "cut tool call"],
      [
        "holds events of unknown types",
        begun + typed("response.sources", { sources: [] }) + delta + last("completed"),
        "answered",
      ],
      ["holds an object without a type", begun + event({ detail: "no" }) + last("completed"), "error in stream"],
    ],
    "responses",
  );
});
