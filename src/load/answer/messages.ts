// Anthropic messages: the events of a stream, and a whole message.

import type { AnswerFacts } from "./answer-facts.ts";
import { isError, isFields } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { pass, passContent } from "./protocol.ts";
import { ONE_TEXT } from "./text-places.ts";

/** One event; its `type` says what it is, or its name where a server leaves `type` out. */
export function takeMessagesEvent(facts: AnswerFacts, event: Fields, name: string): void {
  if (isError(event)) return facts.fail("error in stream");
  const type = typeof event["type"] === "string" ? event["type"] : name;
  switch (type) {
    case "":
      return facts.fail("error in stream");
    case "message_start":
      facts.choice(0);
      if (isFields(event["message"])) passContent(facts, ONE_TEXT, event["message"]["content"]);
      return undefined;
    case "content_block_start":
      return takeBlock(facts, event["content_block"]);
    case "content_block_delta":
      return takeDelta(facts, event);
    case "message_delta":
      return takeReason(facts, event["delta"]);
    case "message_stop":
      return facts.end("terminal");
    default:
      return undefined;
  }
}

function takeBlock(facts: AnswerFacts, block: unknown): void {
  if (!isFields(block)) return;
  const type = String(block["type"]);
  if (type === "redacted_thinking") facts.reasoning("…");
  else if (type.endsWith("tool_use")) facts.thing();
  else passContent(facts, ONE_TEXT, block);
}

function takeDelta(facts: AnswerFacts, event: Fields): void {
  const { delta, index } = event;
  if (!isFields(delta)) return;
  pass(delta["text"], (piece) => facts.text(ONE_TEXT, piece));
  pass(delta["thinking"], (piece) => facts.reasoning(piece));
  pass(delta["partial_json"], (piece) => facts.callPiece(`/${String(index)}`, {}, piece));
}

function takeReason(facts: AnswerFacts, delta: unknown): void {
  const reason = isFields(delta) ? delta["stop_reason"] : undefined;
  facts.choice(0);
  if (typeof reason === "string" && reason !== "") facts.finish(0, reason);
}

/** A whole message. */
export function takeMessage(facts: AnswerFacts, message: Fields): void {
  const { content } = message;
  if (Array.isArray(content)) for (const block of content) takeBlock(facts, block);
  else passContent(facts, ONE_TEXT, content);
  takeReason(facts, message);
}
