// OpenAI Responses: the events of a stream, and the response object that ends it or is a whole body.

import type { AnswerFacts } from "./answer-facts.ts";
import { isError, isFields, isGiven } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { pass, passContent } from "./protocol.ts";
import { ONE_TEXT, RETOLD } from "./text-places.ts";

/** One event; its `type` says what it is, or its name where a server leaves `type` out. */
export function takeResponsesEvent(facts: AnswerFacts, event: Fields, name: string): void {
  if (isError(event)) return facts.fail("error in stream");
  const type = typeof event["type"] === "string" ? event["type"] : name;
  if (type.endsWith(".delta")) return takeDelta(facts, type, event);
  switch (type) {
    case "":
    case "response.error":
      return facts.fail("error in stream");
    case "response.completed":
    case "response.incomplete":
    case "response.failed":
    case "response.cancelled":
    case "response.done":
      return takeLast(facts, type, event["response"]);
    case "response.output_text.done":
    case "response.refusal.done":
      return tellAgain(facts, event["text"] ?? event["refusal"]);
    case "response.function_call_arguments.done":
      return takeWholeArguments(facts, event);
    case "response.output_item.added":
    case "response.output_item.done":
      if (isFields(event["item"]) && isCall(event["item"])) facts.thing();
      return undefined;
    default:
      return undefined;
  }
}

/** Function calls, and calls of tools that the server runs itself. */
const isCall = (item: Fields): boolean => typeof item["type"] === "string" && item["type"].endsWith("_call");

function takeDelta(facts: AnswerFacts, type: string, event: Fields): void {
  const { delta } = event;
  if (type.includes("reasoning")) pass(delta, (piece) => facts.reasoning(piece));
  else if (type.includes("function_call_arguments") || type.includes("mcp_call_arguments")) {
    pass(delta, (piece) => facts.callPiece(callKey(event), {}, piece));
  } else if (type.includes("text") || type.includes("refusal") || type.includes("transcript")) {
    pass(delta, (piece) => facts.text(ONE_TEXT, piece));
  } else if (isGiven(delta)) facts.thing();
}

function callKey({ output_index: index, item_id: id }: Fields): string {
  return `/${typeof index === "number" ? index : typeof id === "string" ? id : 0}`;
}

function tellAgain(facts: AnswerFacts, text: unknown): void {
  facts.restartText(RETOLD);
  pass(text, (piece) => facts.text(RETOLD, piece));
}

function takeWholeArguments(facts: AnswerFacts, event: Fields): void {
  facts.thing();
  if (typeof event["arguments"] === "string") facts.calls.whole(callKey(event), event["arguments"]);
}

function takeLast(facts: AnswerFacts, type: string, response: unknown): void {
  if (type === "response.failed" || type === "response.cancelled") return facts.fail("error in stream");
  if (!isFields(response)) return facts.fail("malformed stream");
  takeResponse(facts, response, type === "response.completed" ? "completed" : undefined);
  if (facts.verdict === undefined) facts.end("terminal");
  return undefined;
}

/** A response object; `byName` is the status that the event's name tells, when it has none itself. */
export function takeResponse(facts: AnswerFacts, response: Fields, byName?: string): void {
  if (isGiven(response["error"])) return facts.fail("error in stream");
  const { output, status = byName, incomplete_details: details } = response;
  if (Array.isArray(output)) for (const [place, item] of output.entries()) takeItem(facts, place, item);
  facts.choice(0);
  if (status === "completed") facts.finish(0, "completed");
  else if (status === "failed" || status === "cancelled") facts.finish(0, status);
  else if (status === "incomplete") {
    const reason = isFields(details) ? details["reason"] : undefined;
    facts.finish(0, typeof reason === "string" ? reason : "incomplete");
  }
  return undefined;
}

function takeItem(facts: AnswerFacts, place: number, item: unknown): void {
  if (!isFields(item)) return;
  if (item["type"] === "reasoning") facts.reasoning("…");
  else if (isCall(item)) {
    facts.thing();
    if (typeof item["arguments"] === "string") facts.calls.whole(`/${place}`, item["arguments"]);
  } else {
    facts.restartText(RETOLD);
    passContent(facts, RETOLD, item["content"]);
  }
}
