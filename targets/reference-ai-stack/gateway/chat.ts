// One chat request: embed the question, find passages, have an inference replica answer, pass the tokens on.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { type ChatRequest, chatError, modelNotFound } from "../common/chat-request.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { questionIn, type Passage } from "../common/passages.ts";
import { REDUCED_HEADER } from "../common/reduced-header.ts";
import { sseEvent, sseResponse } from "../common/sse.ts";
import { ATTRIBUTE, OPERATION, type GenAiOperation } from "../common/telemetry/names.ts";
import type { RequestSpan } from "../common/telemetry/traced.ts";
import type { Account } from "./access/accounts.ts";
import type { AnswerLog } from "./answers.ts";
import { NobodyToAsk, retryBudget, type RetryBudget } from "./ask.ts";
import { keptAnswersFor, type CacheParts } from "./kept-answers.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Priority, Reducer, Service } from "./reducer.ts";
import { type AnswerFacts, noFacts, relay, type RelayPlan, wholeCompletion } from "./relay.ts";
import { retryAfterHeader } from "./retry-after.ts";
import type { Services } from "./services.ts";
import type { Splitter } from "./split.ts";
import type { StreamPiece } from "./strict-stream.ts";
import { failureType, UpstreamFailure } from "./upstream-failure.ts";

/**
 * A client that finds an event and the connection's end at the same moment drops the event (fetch of Node does), so
 * they part, ms.
 */
const SETTLE_MS = 25;

export interface ChatParts {
  readonly span: RequestSpan;
  readonly services: Services;
  readonly metrics: GatewayMetrics;
  readonly splitter: Splitter;
  readonly answers: AnswerLog;
  readonly reducer: Reducer;
  /** Undefined: a guest. */
  readonly caller: Account | undefined;
  readonly priority: Priority;
  /** Absent: nobody keeps answers. */
  readonly cache?: CacheParts;
  readonly log: Logger;
}

/**
 * Answers a chat request; `signal` aborts when the client goes away. Never rejects: failures become an error answer.
 */
export async function answerChat(request: ChatRequest, signal: AbortSignal, parts: ChatParts): Promise<Response> {
  const { services, metrics, span } = parts;
  const arrived = performance.now();
  const model = request.model ?? "";
  span.set(ATTRIBUTE.requestModel, request.model);
  const picked = parts.splitter.pick(request.model);
  if (picked === "unknown") {
    return Response.json(modelNotFound(`the model ${model} is not served here`), { status: 404 });
  }
  const kept = keptAnswersFor(request, picked?.version, parts.cache);
  const { chat } = kept;
  const service = parts.reducer.serviceFor(chat, parts.priority);
  if (service.instead !== undefined) return answeredAtOnce(service.instead, { arrived, model, metrics }, service);
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const budget = retryBudget();
  const user = { signal: either, span, budget };
  const timed = timing(metrics, model);
  try {
    const vector = await timed(OPERATION.embeddings, services.embed(questionIn(chat.messages), user));
    const before = kept.find(vector);
    if (before !== undefined) return answeredFromCache(before, { arrived, model, metrics }, service);
    const found = await timed(OPERATION.retrieval, services.search(vector, service.passages, user));
    kept.found(found);
    const { passages } = found;
    const asked = performance.now();
    const answer = await services.answer(service.chat, { passages, version: picked?.version }, user);
    const begun = performance.now();
    metrics.firstToken(begun - arrived);
    const plan = {
      passages,
      addSources: picked === undefined,
      withUsage: chat.stream_options?.include_usage === true,
    };
    const ended = (facts: AnswerFacts): void => {
      if (service.level > 0) return;
      parts.reducer.keep(chat, facts);
      kept.keep(facts, passages);
      const tokens = facts.usage?.completion_tokens ?? null;
      const took = { firstMs: begun - asked, ms: performance.now() - asked, tokens };
      // While service is withheld from anybody, answers say nothing of a version.
      const version = service.isReduced ? undefined : picked?.version;
      noteAnswer(parts.answers, { chat, caller: parts.caller, text: facts.text, passages, version, took });
    };
    const left = (): void => {
      leaving.abort();
      // A stream that was never read ends nothing by itself.
      service.over();
    };
    const delivery = new Delivery({ arrived, model, parts, answer, ended, over: service.over });
    // The answer goes on after this function has returned.
    if (chat.stream) span.hold();
    if (chat.stream) return marked(sseResponse(delivery.stream(plan), left), service);
    return marked(Response.json(await delivery.whole(plan)), service);
  } catch (error) {
    service.over();
    const errorType = failureType(error);
    metrics.operation({ name: OPERATION.chat, ms: performance.now() - arrived, errorType, model });
    span.fail(errorType);
    if (!signal.aborted) parts.log.warn("a chat failed", { reason: messageOf(error) }, span.context);
    return failureResponse(error, budget);
  }
}

/** Has the metrics hear how long each part of the work takes, and how it fails. */
function timing(metrics: GatewayMetrics, model: string) {
  return async <T>(name: GenAiOperation, work: Promise<T>): Promise<T> => {
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
}

interface Noted {
  readonly chat: ChatRequest;
  readonly caller: Account | undefined;
  readonly text: string;
  readonly passages: readonly Passage[];
  /** Absent: the stack has no versions, and nobody compares them. */
  readonly version: string | undefined;
  readonly took: { readonly firstMs: number; readonly ms: number; readonly tokens: number | null };
}

function noteAnswer(answers: AnswerLog, { chat, caller, text, passages, version, took }: Noted): void {
  if (version === undefined) return;
  const asked = chat.messages.map(({ content }) => content).join("\n");
  // Users of a cluster are compared as one.
  const user = chat.user ?? caller?.cluster;
  answers.note({ text, passages, asked, user, version, isNamed: chat.model === version, ...took });
}

interface AtOnce extends Pick<ChatParts, "metrics"> {
  readonly arrived: number;
  readonly model: string;
}

/** Nobody was asked: it was answered before, or it is refused. */
function answeredAtOnce(answer: Response, { arrived, model, metrics }: AtOnce, service: Service): Response {
  const errorType = answer.ok ? "" : "overloaded";
  // Refused so that others are served: no failure of the chats that are.
  if (service.isShed === true) metrics.shed();
  else metrics.operation({ name: OPERATION.chat, ms: performance.now() - arrived, errorType, model });
  return marked(answer, service);
}

/** What was answered before is of full service, however little there is now. */
function answeredFromCache(answer: Response, { arrived, model, metrics }: AtOnce, service: Service): Response {
  service.over();
  const ms = performance.now() - arrived;
  metrics.firstToken(ms);
  metrics.operation({ name: OPERATION.chat, ms, errorType: "", model });
  return answer;
}

/** Who gets less than full service is shown it. */
function marked(answer: Response, { level }: Service): Response {
  if (level > 0) answer.headers.set(REDUCED_HEADER, String(level));
  return answer;
}

interface Delivered {
  readonly arrived: number;
  readonly model: string;
  readonly parts: ChatParts;
  readonly answer: AsyncGenerator<StreamPiece>;
  /** Hears of an answer that came to its own end: what a bound cut short has no room to cite. */
  readonly ended: (facts: AnswerFacts) => void;
  /** Hears of the end of any, cut or left by its client. */
  readonly over: () => void;
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
      yield* relay(this.#of.answer, plan, this.#facts);
      this.#noteEnd("");
    } catch (error) {
      this.#noteBroken(error);
      yield sseEvent(chatError(`the answer was cut: ${messageOf(error)}`, "upstream_error"));
      await pause(SETTLE_MS);
      throw error;
    } finally {
      this.#of.over();
      this.#of.parts.span.end();
    }
  }

  /** One `chat.completion` object. Rejects when the answer is cut. */
  async whole(plan: RelayPlan): Promise<object> {
    for await (const event of relay(this.#of.answer, plan, this.#facts)) void event;
    this.#noteEnd("");
    this.#of.over();
    return wholeCompletion(this.#facts);
  }

  #noteBroken(error: unknown): void {
    const { parts } = this.#of;
    parts.span.fail(failureType(error));
    this.#noteEnd(failureType(error));
    parts.log.warn("an answer was cut", { reason: messageOf(error) }, parts.span.context);
  }

  #noteEnd(errorType: string): void {
    const { arrived, model, parts } = this.#of;
    const { metrics, span } = parts;
    metrics.operation({ name: OPERATION.chat, ms: performance.now() - arrived, errorType, model });
    const { usage, head, finish } = this.#facts;
    if (errorType === "" && finish === "stop") this.#of.ended(this.#facts);
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

/**
 * 429 and 503 are passed on, with when to come again where that is known; so is a refusal of the request itself. A
 * time-out is 504, nobody to ask is 503, all else is 502. `x-should-retry: false` where we have asked another replica
 * already: what a client's own retries would add to that is load. Not beside a 429: who is full now is free in a
 * moment.
 */
function failureResponse(error: unknown, budget: RetryBudget): Response {
  const spent: Readonly<Record<string, string>> = budget.isTouched ? { "x-should-retry": "false" } : {};
  if (!(error instanceof UpstreamFailure)) {
    const isNobody = error instanceof NobodyToAsk;
    const [status, type] = isNobody ? ([503, "unavailable"] as const) : ([502, "upstream_error"] as const);
    return Response.json(chatError(messageOf(error), type), { status, headers: spent });
  }
  if (error.isRefusal) {
    const body = chatError(error.message, "invalid_request_error", error.code);
    return Response.json(body, { status: error.status ?? 400 });
  }
  const later = retryAfterHeader(error.retryAfterMs);
  if (error.isThrottled) {
    return Response.json(chatError(error.message, "overloaded"), { status: 429, headers: later });
  }
  const headers = "retry-after" in later ? later : spent;
  return Response.json(chatError(error.message, "upstream_error"), { status: statusFor(error), headers });
}

function statusFor({ kind, status }: UpstreamFailure): 502 | 503 | 504 {
  if (kind === "timeout") return 504;
  return status === 503 ? 503 : 502;
}
