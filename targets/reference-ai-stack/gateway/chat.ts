// One chat request: embed the question, find passages, have an inference replica answer, pass the tokens on.

import { performance } from "node:perf_hooks";
import { type ChatRequest, chatError } from "../common/chat-request.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { questionIn } from "../common/passages.ts";
import { sseEvent, sseResponse } from "../common/sse.ts";
import { ATTRIBUTE, OPERATION, type GenAiOperation } from "../common/telemetry/names.ts";
import type { RequestSpan } from "../common/telemetry/traced.ts";
import { NobodyToAsk } from "./ask.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { type AnswerFacts, noFacts, relay, type RelayPlan, wholeCompletion } from "./relay.ts";
import type { Services, StreamedAnswer } from "./services.ts";
import { failureType, UpstreamFailure } from "./upstream.ts";

/** Passages retrieved for a question. */
const PASSAGES = 4;

export interface ChatParts {
  readonly span: RequestSpan;
  readonly services: Services;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/**
 * Answers a chat request; `signal` aborts when the client goes away. Never rejects: failures become an error answer.
 */
export async function answerChat(chat: ChatRequest, signal: AbortSignal, parts: ChatParts): Promise<Response> {
  const { services, metrics, span } = parts;
  const arrived = performance.now();
  const model = chat.model ?? "";
  span.set(ATTRIBUTE.requestModel, chat.model);
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const caller = { signal: either, span };
  const timed = async <T>(name: GenAiOperation, work: Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      const result = await work;
      metrics.operation({ name, ms: performance.now() - started, errorType: "", model });
      return result;
    } catch (error) {
      metrics.operation({ name, ms: performance.now() - started, errorType: failureType(error), model });
      throw error;
    }
  };
  try {
    const vector = await timed(OPERATION.embeddings, services.embed(questionIn(chat.messages), caller));
    const passages = await timed(OPERATION.retrieval, services.search(vector, PASSAGES, caller));
    const answer = await services.answer(chat, passages, caller);
    metrics.firstToken(performance.now() - arrived);
    const plan = { passages, withUsage: chat.stream_options?.include_usage === true };
    const delivery = new Delivery({ arrived, model, parts, answer });
    // The answer goes on after this function has returned.
    if (chat.stream) span.hold();
    if (chat.stream) return sseResponse(delivery.stream(plan), () => leaving.abort());
    return Response.json(await delivery.whole(plan));
  } catch (error) {
    const errorType = failureType(error);
    metrics.operation({ name: OPERATION.chat, ms: performance.now() - arrived, errorType, model });
    span.fail(errorType);
    if (!signal.aborted) parts.log.warn("a chat failed", { reason: messageOf(error) }, span.context);
    return failureResponse(error);
  }
}

interface Delivered {
  readonly arrived: number;
  readonly model: string;
  readonly parts: ChatParts;
  readonly answer: StreamedAnswer;
}

/** An answer on its way to the client, and the books kept on it. */
class Delivery {
  readonly #of: Delivered;
  readonly #facts: AnswerFacts = noFacts();

  /** It begins with the first token. */
  readonly #firstAt = performance.now();

  constructor(of: Delivered) {
    this.#of = of;
  }

  /** Server-sent events; a cut answer ends in an error event and a cut connection, never in `[DONE]`. */
  async *stream(plan: RelayPlan): AsyncGenerator<string> {
    try {
      yield* relay(this.#of.answer.events, plan, this.#facts);
      this.#noteEnd("");
    } catch (error) {
      this.#noteBroken(error);
      yield sseEvent(chatError(`the answer was cut: ${messageOf(error)}`, "upstream_error"));
      throw error;
    } finally {
      this.#of.parts.span.end();
    }
  }

  /** One `chat.completion` object. Rejects when the answer is cut. */
  async whole(plan: RelayPlan): Promise<object> {
    try {
      for await (const event of relay(this.#of.answer.events, plan, this.#facts)) void event;
    } catch (error) {
      this.#of.answer.broken();
      throw error;
    }
    this.#noteEnd("");
    return wholeCompletion(this.#facts);
  }

  #noteBroken(error: unknown): void {
    const { answer, parts } = this.#of;
    answer.broken();
    parts.span.fail(failureType(error));
    this.#noteEnd(failureType(error));
    parts.log.warn("an answer was cut", { reason: messageOf(error) }, parts.span.context);
  }

  #noteEnd(errorType: string): void {
    const { arrived, model, parts } = this.#of;
    const { metrics, span } = parts;
    metrics.operation({ name: OPERATION.chat, ms: performance.now() - arrived, errorType, model });
    const { usage, head } = this.#facts;
    span.set(ATTRIBUTE.responseModel, head.model);
    if (usage === undefined) return;
    metrics.tokens(usage.prompt_tokens, usage.completion_tokens);
    // Of one token there is no time between tokens, and a cut answer has no last one.
    const after = usage.completion_tokens - 1;
    if (errorType === "" && after > 0) metrics.outputToken((performance.now() - this.#firstAt) / after);
    span.set(ATTRIBUTE.inputTokens, usage.prompt_tokens);
    span.set(ATTRIBUTE.outputTokens, usage.completion_tokens);
  }
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
