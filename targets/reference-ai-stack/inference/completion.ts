// An answer in OpenAI's shapes: the chunks of a stream and the whole completion.

import { randomUUID } from "node:crypto";
import type { ChatUsage } from "../common/chat-request.ts";

/** Why the engine stopped; an answer that is a whole tool call says `tool_calls` for `stop`. */
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

/** The one argument of a call: the engine has only its answer to give. */
const ARGUMENT = "answer";

/**
 * A completion by `model`, created now. With `tool`, the answer is a call of it, whose one argument is the answer's
 * text.
 */
export function startCompletion(model: string, tool?: string): Completion {
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  const piece = { ...head, object: "chat.completion.chunk" };
  if (tool !== undefined) return callOf(tool, head);
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

function callOf(tool: string, head: object): Completion {
  const piece = { ...head, object: "chat.completion.chunk" };
  const [id, type] = [`call-${randomUUID()}`, "function"];
  let isBegun = false;
  const saying = (given: string, reason: string | null): object => {
    const begun = isBegun
      ? { function: { arguments: given } }
      : { id, type, function: { name: tool, arguments: given } };
    isBegun = true;
    const delta = { role: "assistant", tool_calls: [{ index: 0, ...begun }] };
    return { ...piece, choices: [{ index: 0, delta, finish_reason: reason }] };
  };
  const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
  const opening = (): string => (isBegun ? "" : `{"${ARGUMENT}":"`);
  return {
    chunk: (content) => saying(opening() + escaped(content), null),
    // What a bound cuts short stays open.
    finish: (reason) =>
      saying(reason === "stop" ? `${opening()}"}` : opening(), reason === "stop" ? "tool_calls" : reason),
    usage: (usage) => ({ ...piece, choices: [], usage }),
    whole(content, reason, usage) {
      const given = `${opening()}${escaped(content)}${reason === "stop" ? '"}' : ""}`;
      const calls = [{ id, type, function: { name: tool, arguments: given } }];
      const message = { role: "assistant", content: null, tool_calls: calls };
      const why = reason === "stop" ? "tool_calls" : reason;
      return { ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason: why }], usage };
    },
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
