// Most chunks of a stream differ from the one before in their text alone. Such a one need not be parsed: what stands
// around the text was. (Parsing is more than half of what reading a stream costs.)

import { isFields } from "./error-shapes.ts";
import type { Fields } from "./error-shapes.ts";

const markers = ['"content":"', '"content": "'] as const;
const QUOTE = 34;
const BACKSLASH = 92;

export class ChunkTemplate {
  #head = "";
  #tail = "";
  /** The choice whose text it is. */
  index = 0;

  /** The text of a chunk that is as the one learnt from but for its text; undefined: to be parsed. */
  match(data: string): string | undefined {
    const from = this.#head.length;
    const to = data.length - this.#tail.length;
    // Slices are compared many units at a time; startsWith goes one by one (V8).
    if (from === 0 || to < from || data.slice(0, from) !== this.#head || data.slice(to) !== this.#tail)
      return undefined;
    for (let at = from; at < to; at += 1) {
      const code = data.charCodeAt(at);
      if (code === QUOTE || code === BACKSLASH || code < 32) return undefined;
    }
    return data.slice(from, to);
  }

  /** Learns from a chunk that was parsed and taken, if it says nothing but a piece of one choice's text. */
  learn(data: string, chunk: Fields): void {
    this.#head = "";
    const said = onlyText(chunk);
    if (said === undefined) return;
    const marker = markers.find((one) => data.includes(one));
    if (marker === undefined) return;
    const from = data.indexOf(marker) + marker.length;
    const to = from + said.text.length;
    // A text with escapes stands there otherwise, and a second one makes it uncertain which is meant.
    if (!data.startsWith(`${said.text}"`, from) || data.includes(marker, from)) return;
    this.#head = data.slice(0, from);
    this.#tail = data.slice(to);
    this.index = said.index;
  }
}

interface OnlyText {
  readonly index: number;
  readonly text: string;
}

/** The text of a chunk that has one choice with a text and nothing else that means anything. */
function onlyText(chunk: Fields): OnlyText | undefined {
  const { choices } = chunk;
  const choice: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : undefined;
  if (!isFields(choice) || "content" in chunk || "content" in choice) return undefined;
  const { index = 0, delta } = choice;
  if (typeof index !== "number" || !isFields(delta) || typeof delta["content"] !== "string") return undefined;
  const saysMore =
    hasOther(choice, (key) => key === "index" || key === "delta") ||
    hasOther(delta, (key) => key === "content" || key === "role");
  return saysMore ? undefined : { index, text: delta["content"] };
}

/** Whether there is a member that is not null, beside those that are known. */
function hasOther(fields: Fields, isKnown: (key: string) => boolean): boolean {
  for (const key of Object.keys(fields)) if (fields[key] !== null && !isKnown(key)) return true;
  return false;
}
