// An answer in OpenAI's shapes: the chunks of a stream and the whole completion.

import { randomUUID } from "node:crypto";
import type { ChatUsage } from "../common/chat-request.ts";

type FinishReason = "stop" | "length";

/** Builds the JSON objects of one completion; they share id, model and time of creation. */
export interface Completion {
  chunk(content: string): object;
  /** The last chunk with a choice. */
  finish(reason: FinishReason): object;
  /** The chunk without choices that `stream_options.include_usage` asks for. */
  usage(usage: ChatUsage): object;
  whole(content: string, reason: FinishReason, usage: ChatUsage): object;
}

/** A completion by `model`, created now. */
export function startCompletion(model: string): Completion {
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const piece = { ...head, object: "chat.completion.chunk" };
  return {
    chunk: (content) => ({
      ...piece,
      choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
    }),
    finish: (reason) => ({ ...piece, choices: [{ index: 0, delta: {}, finish_reason: reason }] }),
    usage: (usage) => ({ ...piece, choices: [], usage }),
    whole: (content, reason, usage) => ({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: reason }],
      usage,
    }),
  };
}

/** Adds up prompt and answer. */
export function usageOf(promptTokens: number, completionTokens: number): ChatUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
