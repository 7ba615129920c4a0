// Prompts that were read, by the `prompt_cache_key` of who asked: the next turn under the same key is not parted into
// tokens again where it is the same. None is ever forgotten, as in servers whose cache by key has no bound by bytes:
// memory grows with the keys that clients choose. The KV memory has its bound beside it.

import type { ChatMessage } from "../common/chat-request.ts";
import { promptOf, type Prompt } from "./kv/prompt.ts";

interface Kept {
  readonly text: string;
  readonly prompt: Prompt;
}

export interface KeptPrompts {
  /** The prompt of these messages, made now or kept under the key. */
  read(messages: readonly ChatMessage[], key: string | undefined): Prompt;
}

export function createKeptPrompts(): KeptPrompts {
  const kept = new Map<string, Kept>();
  return {
    read(messages, key) {
      if (key === undefined) return promptOf(messages);
      const text = JSON.stringify(messages.map(({ role, content }) => [role, content]));
      const known = kept.get(key);
      if (known?.text === text) return known.prompt;
      const prompt = promptOf(messages);
      kept.set(key, { text, prompt });
      return prompt;
    },
  };
}
