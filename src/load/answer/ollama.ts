// Ollama's chat and generate: a line of the NDJSON stream, which is also the shape of a whole body.

import type { AnswerFacts } from "./answer-facts.ts";
import { isError, isFields } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { pass, passContent } from "./protocol.ts";
import { ONE_TEXT } from "./text-places.ts";

/** One line. A line that is neither text nor the end is no answer. */
export function takeOllamaLine(facts: AnswerFacts, line: Fields): void {
  if (isError(line)) return facts.fail("error in stream");
  const { message, response, thinking, done, done_reason: reason } = line;
  if (!isFields(message) && response === undefined && typeof done !== "boolean") return facts.fail("error in stream");
  facts.choice(0);
  pass(response, (piece) => facts.text(ONE_TEXT, piece));
  pass(thinking, (piece) => facts.reasoning(piece));
  if (isFields(message)) {
    passContent(facts, ONE_TEXT, message["content"]);
    pass(message["thinking"], (piece) => facts.reasoning(piece));
    if (Array.isArray(message["tool_calls"]) && message["tool_calls"].length > 0) facts.thing();
  }
  if (done !== true) return undefined;
  const hasReason = typeof reason === "string" && reason !== "";
  facts.finish(0, hasReason ? reason : "stop");
  return facts.end("terminal", hasReason ? undefined : "no finish reason");
}
