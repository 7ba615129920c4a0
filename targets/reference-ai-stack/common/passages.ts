// How passages travel in a chat: the gateway writes them into the system message, the engine reads them back. The form
// is plain text, so that any OpenAI-compatible model can stand in for the engine.

import type { ChatMessage } from "./chat-request.ts";

/** A retrieved piece of the corpus. */
export interface Passage {
  readonly id: string;
  readonly text: string;
}

const HEAD = /^Passage \[([^\]\n]+)\]:$/gm;

/** The system message that asks for an answer from these passages, best first. */
export function promptFor(passages: readonly Passage[]): ChatMessage {
  const blocks = passages.map((passage) => `Passage [${passage.id}]:\n${passage.text}`);
  return {
    role: "system",
    content: [
      "Answer the question from the passages below and from nothing else.",
      'Cite the passages you used by their id in square brackets and end with "Sources:" and the list of them.',
      "",
      ...blocks,
    ].join("\n"),
  };
}

/** Passages found in the system messages, in their order. */
export function passagesIn(messages: readonly ChatMessage[]): Passage[] {
  const found: Passage[] = [];
  for (const message of messages) {
    if (message.role !== "system") continue;
    const heads = [...message.content.matchAll(HEAD)];
    heads.forEach((head, index) => {
      const from = head.index + head[0].length;
      const to = heads[index + 1]?.index ?? message.content.length;
      found.push({ id: head[1] ?? "", text: message.content.slice(from, to).trim() });
    });
  }
  return found;
}

/** The last message of the user; empty when there is none. */
export function questionIn(messages: readonly ChatMessage[]): string {
  return messages.findLast((message) => message.role === "user")?.content ?? "";
}
