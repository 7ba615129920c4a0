// The HTTP face of an inference replica: chat completions behind slots and a queue, health, metrics.

import { performance } from "node:perf_hooks";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import { chatError, parseChatRequest, type ChatRequest } from "../common/chat-request.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import { ATTRIBUTE, OPERATION } from "../common/telemetry/names.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type RequestSpan, type TracedEnv } from "../common/telemetry/traced.ts";
import { sseResponse } from "../common/sse.ts";
import { tokensOf } from "./engine.ts";
import { streamedAnswer, wholeAnswer, type EngineRun } from "./extractive-answer.ts";
import { createInferenceMetrics, partsOf } from "./metrics.ts";
import { createSlotQueue, QueueFull, type Slot } from "./slot-queue.ts";
import type { Pace } from "./token-stream.ts";
import { askUpstream, type UpstreamRun } from "./upstream.ts";

export interface InferenceOptions {
  readonly model: string;
  readonly slots: number;
  readonly maxWaiting: number;
  readonly pace: Pace;
  /** OpenAI-compatible endpoint to use instead of the bundled engine. */
  readonly upstreamUrl?: string;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** Tokens a slot may hold, for the `kv_cache_usage_perc` gauge. */
const TOKENS_PER_SLOT = 2048;
/** What a client that was sent away is told to wait, in seconds. */
const RETRY_AFTER_S = 1;

/** Builds the app; nothing listens yet. */
export function createInferenceApp(options: InferenceOptions): Hono<TracedEnv> {
  const queue = createSlotQueue(options.slots, options.maxWaiting);
  let held = 0;
  const metrics = createInferenceMetrics(options.registry, options.model, queue, {
    held: () => held,
    capacity: options.slots * TOKENS_PER_SLOT,
  });
  const app = new Hono<TracedEnv>();
  mountMetrics(app, options.registry);
  app.get("/health", (c) =>
    c.json({
      status: "ok",
      model: options.model,
      slots: queue.slots,
      running: queue.running(),
      waiting: queue.waiting(),
    }),
  );
  app.post("/v1/chat/completions", traced(options, "failures", OPERATION.chat), async (c) => {
    const arrived = performance.now();
    const parsed = parseChatRequest(await c.req.json().catch(() => undefined));
    if (!parsed.ok) return c.json(chatError(parsed.reason, "invalid_request_error"), 400);
    const leaving = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, leaving.signal]);
    const tokens = parsed.request.messages.reduce((sum, message) => sum + tokensOf(message.content).length, 0);
    let slot: Slot;
    try {
      slot = await queue.acquire(signal);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      metrics.rejected();
      return c.json(chatError(error.message, "overloaded"), 429, { "retry-after": String(RETRY_AFTER_S) });
    }
    held += tokens;
    const span = c.get("span");
    span.set(ATTRIBUTE.requestModel, parsed.request.model);
    span.set(ATTRIBUTE.responseModel, options.model);
    const giveBack = (): void => {
      held -= tokens;
      slot.release();
    };
    const run: EngineRun = {
      model: options.model,
      pace: options.pace,
      metrics,
      arrived,
      queuedMs: slot.waitedMs,
      signal,
    };
    const leave = (): void => leaving.abort();
    const ends: Ends = { giveBack, leave, span, log: options.log };
    return options.upstreamUrl === undefined
      ? answerHere(parsed.request, run, ends)
      : answerThere(options.upstreamUrl, parsed.request, { ...run, promptTokens: tokens }, ends);
  });
  return app;
}

interface Ends {
  /** Gives the slot back; called once, when the answer is over or broken. */
  readonly giveBack: () => void;
  /** The client went away. */
  readonly leave: () => void;
  readonly span: RequestSpan;
  readonly log: Logger;
}

async function answerHere(request: ChatRequest, run: EngineRun, ends: Ends): Promise<Response> {
  if (request.stream) return sseResponse(streamed(streamedAnswer(request, run), ends), ends.leave);
  try {
    return Response.json(await wholeAnswer(request, run));
  } finally {
    ends.giveBack();
  }
}

async function answerThere(base: string, request: ChatRequest, run: UpstreamRun, ends: Ends): Promise<Response> {
  try {
    const answer = await askUpstream(base, request, run);
    const body = ReadableStream.from(streamed(answer.bytes, ends));
    return new Response(body, { status: answer.status, headers: { "content-type": answer.contentType } });
  } catch (error) {
    ends.giveBack();
    const now = performance.now();
    run.metrics.ended(now - run.arrived, run.signal.aborted ? "abort" : "error");
    if (!run.signal.aborted) run.metrics.parts(partsOf(run, now, now));
    ends.log.warn("upstream did not answer", { reason: messageOf(error) }, ends.span.context);
    return Response.json(chatError(`upstream did not answer: ${messageOf(error)}`, "upstream_error"), { status: 502 });
  }
}

/** Slot and span last as long as the pieces do. */
function streamed<T>(pieces: AsyncIterable<T>, ends: Ends): AsyncGenerator<T> {
  ends.span.hold();
  return endingWith(pieces, ends);
}

async function* endingWith<T>(pieces: AsyncIterable<T>, { span, giveBack }: Ends): AsyncGenerator<T> {
  try {
    yield* pieces;
  } catch (error) {
    span.fail(error instanceof Error ? error.name : "unknown");
    throw error;
  } finally {
    giveBack();
    span.end();
  }
}
