// What became of a completion that came as one body, in the shapes of all protocols.

import { PassedText } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { takeChoices } from "./chat.ts";
import { isError, isFields, isGiven } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { takeMessage } from "./messages.ts";
import { takeOllamaLine } from "./ollama.ts";
import { takeResponse } from "./responses.ts";

const objects = new Set(["chat.completion", "text_completion", "chat.completion.chunk", "response"]);

/** The states of a response. Other services say `succeeded` or `COMPLETED` beside an output of another kind. */
const states = new Set(["completed", "failed", "in_progress", "cancelled", "queued", "incomplete"]);

const isText = (value: unknown): boolean => typeof value === "string" || value instanceof PassedText;

/** Whether JSON is a completion, or says that it means to be one. */
export function isCompletion(body: Fields): boolean {
  const { object, type, choices, output, status, done } = body;
  if (choices !== undefined || (typeof object === "string" && objects.has(object))) return true;
  if (type === "message" && (Array.isArray(body["content"]) || "stop_reason" in body)) return true;
  if (Array.isArray(output) && states.has(String(status)) && output.every((item) => isFields(item) && "type" in item)) {
    return true;
  }
  return typeof done === "boolean" && (isFields(body["message"]) || isText(body["response"]));
}

const frame = ["id", "object", "created", "model", "usage"];

/** Whether a body has nothing but what stands around the choices of a completion. */
export function isFrameOnly(body: Fields, members: number): boolean {
  const saysSo = "object" in body || "model" in body || "usage" in body;
  return saysSo && frame.filter((key) => key in body).length === members;
}

/** Tells the facts what the body says; they have a verdict after it. `isAbridged`: the last choice may not be whole. */
export function takeCompletion(facts: AnswerFacts, body: Fields, isAbridged = false): void {
  const { choices, object, output, type, done } = body;
  if (isError(body)) facts.fail("error in answer");
  else if (Array.isArray(choices)) {
    if (choices.length === 0) facts.fail("no choices");
    takeChoices(facts, isAbridged && choices.length > 1 ? choices.slice(0, -1) : choices);
  } else if (object === "response" || Array.isArray(output)) {
    if (isGiven(body["error"])) facts.fail("error in answer");
    takeResponse(facts, body);
  } else if (type === "message") takeMessage(facts, body);
  else if (typeof done === "boolean") takeOllamaLine(facts, body);
  else facts.fail("no choices");
  facts.conclude("no finish reason");
}
