// One chat request: embed the question, find passages, have an inference replica answer, pass the tokens on.

import { performance } from "node:perf_hooks";
import { type ChatRequest, chatError } from "../common/chat-request.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { questionIn } from "../common/passages.ts";
import { sseEvent, sseResponse } from "../common/sse.ts";
import { NobodyToAsk } from "./ask.ts";
import type { GatewayMetrics, Operation } from "./metrics.ts";
import { type AnswerFacts, noFacts, relay, type RelayPlan, wholeCompletion } from "./relay.ts";
import type { Services, StreamedAnswer } from "./services.ts";
import { UpstreamFailure } from "./upstream.ts";

/** Passages retrieved for a question. */
const PASSAGES = 4;

export interface ChatParts {
  readonly services: Services;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/**
 * Answers a chat request; `signal` aborts when the client goes away. Never rejects: failures become an error answer.
 */
export async function answerChat(chat: ChatRequest, signal: AbortSignal, parts: ChatParts): Promise<Response> {
  const { services, metrics } = parts;
  const arrived = performance.now();
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const timed = async <T>(name: Operation, work: Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      const result = await work;
      metrics.operation(name, performance.now() - started, "");
      return result;
    } catch (error) {
      metrics.operation(name, performance.now() - started, errorType(error));
      throw error;
    }
  };
  try {
    const vector = await timed("embeddings", services.embed(questionIn(chat.messages), either));
    const passages = await timed("retrieval", services.search(vector, PASSAGES, either));
    const answer = await services.answer(chat, passages, either);
    metrics.firstToken(performance.now() - arrived);
    const plan = { passages, withUsage: chat.stream_options?.include_usage === true };
    const delivery = new Delivery(arrived, parts, answer);
    if (chat.stream) return sseResponse(delivery.stream(plan), () => leaving.abort());
    return Response.json(await delivery.whole(plan));
  } catch (error) {
    metrics.operation("chat", performance.now() - arrived, errorType(error));
    if (!signal.aborted) parts.log.warn("a chat failed", { reason: messageOf(error) });
    return failureResponse(error);
  }
}

/** An answer on its way to the client, and the books kept on it. */
class Delivery {
  readonly #arrived: number;
  readonly #parts: ChatParts;
  readonly #answer: StreamedAnswer;
  readonly #facts: AnswerFacts = noFacts();

  constructor(arrived: number, parts: ChatParts, answer: StreamedAnswer) {
    this.#arrived = arrived;
    this.#parts = parts;
    this.#answer = answer;
  }

  /** Server-sent events; a cut answer ends in an error event and a cut connection, never in `[DONE]`. */
  async *stream(plan: RelayPlan): AsyncGenerator<string> {
    try {
      yield* relay(this.#answer.events, plan, this.#facts);
      this.#noteEnd("");
    } catch (error) {
      this.#noteBroken(error);
      yield sseEvent(chatError(`the answer was cut: ${messageOf(error)}`, "upstream_error"));
      throw error;
    }
  }

  /** One `chat.completion` object. Rejects when the answer is cut. */
  async whole(plan: RelayPlan): Promise<object> {
    try {
      for await (const event of relay(this.#answer.events, plan, this.#facts)) void event;
    } catch (error) {
      this.#answer.broken();
      throw error;
    }
    this.#noteEnd("");
    return wholeCompletion(this.#facts);
  }

  #noteBroken(error: unknown): void {
    this.#answer.broken();
    this.#noteEnd(errorType(error));
    this.#parts.log.warn("an answer was cut", { reason: messageOf(error) });
  }

  #noteEnd(error: string): void {
    const { metrics } = this.#parts;
    metrics.operation("chat", performance.now() - this.#arrived, error);
    const usage = this.#facts.usage;
    if (usage !== undefined) metrics.tokens(usage.prompt_tokens, usage.completion_tokens);
  }
}

function errorType(error: unknown): string {
  if (error instanceof UpstreamFailure) return error.kind === "status" ? String(error.status) : error.kind;
  return error instanceof Error ? error.name : "unknown";
}

/** 429 is passed on with its Retry-After, a time-out is 504, nobody to ask is 503, all else is 502. */
function failureResponse(error: unknown): Response {
  if (error instanceof NobodyToAsk) {
    return Response.json(chatError(error.message, "unavailable"), { status: 503, headers: { "retry-after": "1" } });
  }
  if (!(error instanceof UpstreamFailure)) {
    return Response.json(chatError(messageOf(error), "upstream_error"), { status: 502 });
  }
  if (error.status === 429) {
    const headers = { "retry-after": error.retryAfter ?? "1" };
    return Response.json(chatError(error.message, "overloaded"), { status: 429, headers });
  }
  const status = error.kind === "timeout" ? 504 : 502;
  return Response.json(chatError(error.message, "upstream_error"), { status });
}
