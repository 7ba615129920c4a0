// What users were answered out of the cache lately, so that the healer can ask the same both ways: its own questions
// say nothing of an answer that only one user's question finds.
import type { ChatRequest } from "../common/chat-request.ts";

/** So many different ones are remembered, those that were given last. */
const MOST = 16;
/** A longer chat is not remembered, characters of JSON. */
const LONGEST = 4096;

export interface GivenAgain {
  note(chat: ChatRequest): void;
  /** The last one first; each once. */
  list(): readonly object[];
}

export function createGivenAgain(): GivenAgain {
  const chats = new Set<string>();
  return {
    note({ stream: _stream, stream_options: _options, ...chat }) {
      const text = JSON.stringify(chat);
      if (text.length > LONGEST) return;
      chats.delete(text);
      chats.add(text);
      const [oldest] = chats;
      if (chats.size > MOST && oldest !== undefined) chats.delete(oldest);
    },
    list: () => [...chats].toReversed().map((text) => JSON.parse(text) as object),
  };
}
