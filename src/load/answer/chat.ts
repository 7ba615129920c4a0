// OpenAI chat completions and legacy completions: a chunk of a stream, and the choices of a whole body.

import { PassedText } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { isError, isFields, isGiven } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";
import { takeMessagesEvent } from "./messages.ts";
import { pass, passContent } from "./protocol.ts";
import { takeResponsesEvent } from "./responses.ts";

/** One `chat.completion.chunk` (or what a server sends in its place). */
export function takeChatChunk(facts: AnswerFacts, chunk: Fields, name: string): void {
  if (isError(chunk)) return facts.fail("error in stream");
  const { choices, usage, x_groq: groq } = chunk;
  // Groq says there why a stream was stopped early.
  if (isFields(groq) && isGiven(groq["error"])) return facts.fail("error in stream");
  if (Array.isArray(choices)) return takeChoices(facts, choices);
  const type = chunk["type"];
  // The stream speaks another protocol than the one that was named.
  if (typeof type === "string" && type.startsWith("response.")) return takeResponsesEvent(facts, chunk, name);
  if (typeof type === "string" && /^(?:message|content_block)_/.test(type)) {
    return takeMessagesEvent(facts, chunk, name);
  }
  // Events of other names are a server's own (sources, progress); in one of chat itself the choices must not be
  // missing.
  if (!isGiven(usage) && name === "") facts.fail("error in stream");
  return undefined;
}

/** The choices of a chunk or of a whole completion. */
export function takeChoices(facts: AnswerFacts, choices: readonly unknown[]): void {
  for (const [place, choice] of choices.entries()) {
    if (!isFields(choice)) facts.fail("malformed stream");
    else takeChoice(facts, typeof choice["index"] === "number" ? choice["index"] : place, choice);
  }
}

function takeChoice(facts: AnswerFacts, index: number, choice: Fields): void {
  const { delta, message, text, finish_reason: finish, error } = choice;
  if (isGiven(error)) facts.fail("error in stream");
  facts.choice(index);
  const said = isFields(delta) ? delta : message;
  if (isFields(said)) takeMessage(facts, index, said);
  if (typeof text === "string") facts.text(index, text);
  if (typeof finish === "string" && finish !== "") facts.finish(index, finish);
}

function takeMessage(facts: AnswerFacts, index: number, said: Fields): void {
  const { content, refusal, tool_calls: calls, function_call: legacy, audio, images } = said;
  if (typeof content === "string") facts.text(index, content);
  else if (isGiven(content)) passContent(facts, index, content);
  for (const key of ["reasoning_content", "reasoning", "thinking"]) {
    const thought = said[key];
    if (typeof thought === "string") facts.reasoning(thought);
  }
  // Models that draw (OpenRouter, LiteLLM).
  if (Array.isArray(images) && images.length > 0) facts.thing();
  if (typeof refusal === "string") facts.text(index, refusal);
  if (isFields(audio)) {
    pass(audio["transcript"], (piece) => facts.text(index, piece));
    if (isGiven(audio["data"])) facts.thing();
  }
  if (Array.isArray(calls)) for (const [place, call] of calls.entries()) takeCall(facts, `${index}/`, place, call);
  if (isFields(legacy)) takeArguments(facts, `${index}/function`, undefined, legacy);
}

function takeCall(facts: AnswerFacts, prefix: string, place: number, call: unknown): void {
  if (!isFields(call)) return;
  const { index, id, function: asked } = call;
  const key = typeof index === "number" ? index : place;
  facts.thing();
  if (isFields(asked)) takeArguments(facts, prefix + key, typeof id === "string" && id !== "" ? id : undefined, asked);
}

/** Arguments are a text of JSON; a server that gives them as JSON has them whole. */
function takeArguments(facts: AnswerFacts, key: string, id: string | undefined, asked: Fields): void {
  const { arguments: given, name } = asked;
  facts.thing();
  if (typeof given === "string") facts.callPiece(key, { id, isNamed: isGiven(name) }, given);
  else if (given instanceof PassedText) facts.thing();
}
