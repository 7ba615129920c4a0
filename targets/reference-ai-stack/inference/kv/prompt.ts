// A prompt as the engine reads it: tokens in blocks, each block known by the hash of everything up to its end. What the
// engine answers from is what its blocks hold, not the request: a wrong block is a wrong answer.

import { createHash } from "node:crypto";
import type { ChatMessage } from "../../common/chat-request.ts";
import { tokensOf } from "../engine.ts";

/** Tokens of one block, as in vLLM. */
export const BLOCK_TOKENS = 16;

/** The tokens of a chat, and where each of its turns ends. */
export interface Prompt {
  readonly tokens: readonly string[];
  readonly turns: readonly { readonly role: string; readonly until: number }[];
}

/** Tokens that {@link promptOf} would make of a chat; none of them is made. */
export function countTokens(messages: readonly ChatMessage[]): number {
  let count = 0;
  for (const { content } of messages) {
    const words = /\S+/g;
    while (words.test(content)) count += 1;
  }
  return count;
}

/** Every turn ends with a line break, so that the last word of one and the first of the next stay apart. */
export function promptOf(messages: readonly ChatMessage[]): Prompt {
  const tokens: string[] = [];
  const turns = messages.map(({ role, content }) => {
    // One by one: the arguments of one call stand on the stack, which holds some 120,000.
    for (const token of tokensOf(`${content}\n`)) tokens.push(token);
    return { role, until: tokens.length };
  });
  return { tokens, turns };
}

/** The chat that these tokens are, turn by turn. */
export function messagesOf({ turns }: Prompt, tokens: readonly string[]): ChatMessage[] {
  return turns.map(({ role, until }, n) => ({
    role,
    content: tokens.slice(n === 0 ? 0 : (turns[n - 1]?.until ?? 0), until).join(""),
  }));
}

/** Blocks that so many tokens need. */
export function blocksFor(tokens: number): number {
  return Math.ceil(tokens / BLOCK_TOKENS);
}

/** The text of each whole block; what is left over at the end is in none of them. */
export function wholeBlocks(tokens: readonly string[]): string[] {
  return Array.from({ length: Math.floor(tokens.length / BLOCK_TOKENS) }, (_, n) =>
    tokens.slice(n * BLOCK_TOKENS, (n + 1) * BLOCK_TOKENS).join(""),
  );
}

/** Whose blocks they are: another version would have other ones for the same text. */
export interface Owner {
  readonly version: string;
  /** vLLM's `cache_salt`; the empty one is everybody's. */
  readonly salt: string;
}

/** One hash a block, of its own text and of all before it. Prompts of different owners share no block. */
export function hashesOf(blocks: readonly string[], { version, salt }: Owner): string[] {
  let before = createHash("sha256")
    .update(JSON.stringify([version, salt]))
    .digest();
  return blocks.map((text) => {
    before = createHash("sha256").update(before).update(text).digest();
    return before.toString("hex");
  });
}

/** The tokens that a block's stored text is by now: always a whole block, whatever stands there. */
export function tokensIn(text: string): string[] {
  const tokens = tokensOf(text);
  return Array.from({ length: BLOCK_TOKENS }, (_, n) => tokens[n] ?? "");
}
