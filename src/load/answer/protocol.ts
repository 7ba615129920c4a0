// What the readers of the streaming protocols have in common: events come in, the facts know more.

import { PassedText } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { isFields } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";

/** Takes one event's JSON object; `name` is the event's name, "" when it has none. */
export type TakeEvent = (facts: AnswerFacts, event: Fields, name: string) => void;

/**
 * Hands a text on, unless it was already (it was too long to be kept). Gives back whether it is a text with something
 * in it.
 */
export function pass(value: unknown, take: (text: string) => void): boolean {
  if (typeof value === "string") {
    if (value !== "") take(value);
    return value !== "";
  }
  return value instanceof PassedText && value.filled;
}

/** A text, or a list of parts each of which may hold one (`{"type": "text", "text": …}`), or one such part. */
export function passContent(facts: AnswerFacts, key: number | string, content: unknown): void {
  if (typeof content === "string") facts.text(key, content);
  else if (Array.isArray(content)) for (const part of content) passPart(facts, key, part);
  else if (isFields(content)) passPart(facts, key, content);
}

function passPart(facts: AnswerFacts, key: number | string, part: unknown): void {
  if (typeof part === "string") facts.text(key, part);
  if (!isFields(part)) return;
  const { text, refusal, thinking, reasoning, transcript, type } = part;
  const isThought = type === "thinking" || type === "reasoning" || type === "reasoning_text" || type === "summary_text";
  if (isThought) {
    // Mistral puts a list of parts into `thinking`.
    for (const thought of [text, thinking, reasoning]) {
      pass(thought, (piece) => facts.reasoning(piece));
      if (Array.isArray(thought) && thought.length > 0) facts.reasoning("…");
    }
    return;
  }
  for (const told of [text, refusal, transcript]) pass(told, (piece) => facts.text(key, piece));
  if (isFields(part["audio"])) pass(part["audio"]["transcript"], (piece) => facts.text(key, piece));
  if (type === "tool_use" || type === "image_url" || type === "image" || type === "output_audio") facts.thing();
}
