// The HTTP face of an inference replica: chat completions behind slots and a queue, health, metrics.

import { performance } from "node:perf_hooks";
import { Hono } from "hono";
import type { Registry } from "prom-client";
import {
  chatError,
  CONTEXT_TOO_LONG,
  modelNotFound,
  parseChatRequest,
  type ChatRequest,
} from "../common/chat-request.ts";
import { readJsonBody } from "../common/json-body.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import { ATTRIBUTE, OPERATION } from "../common/telemetry/names.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type RequestSpan, type TracedEnv } from "../common/telemetry/traced.ts";
import { sseResponse } from "../common/sse.ts";
import { mountReset, whyTooLong } from "./cache-door.ts";
import { streamedAnswer, wholeAnswer, type EngineRun } from "./extractive-answer.ts";
import type { Engine } from "./generate.ts";
import { countTokens } from "./kv/prompt.ts";
import { createInferenceMetrics, partsOf, type Occupancy } from "./metrics.ts";
import { createProbes, PROBE_HEADER, type Probes } from "./probes.ts";
import { createSlotQueue, QueueFull, type Slot, type SlotQueue } from "./slot-queue.ts";
import type { Pace } from "./token-stream.ts";
import type { Versions } from "./versions.ts";
import { mountVersions } from "./versions-door.ts";
import { askUpstream, type UpstreamRun } from "./upstream.ts";

export interface InferenceOptions {
  readonly model: string;
  readonly slots: number;
  readonly maxWaiting: number;
  /** The pace where no version has one of its own. */
  readonly pace: Pace;
  /** The bundled engine. */
  readonly engine: Engine;
  /** The supervisor's, for clearing the prefix cache; absent: nobody can. */
  readonly cacheToken: string | undefined;
  /** Versions of the bundled engine that it has loaded; absent: `model` alone, and none can be loaded. */
  readonly versions?: Versions;
  /** Without it nobody can have versions loaded. */
  readonly loadToken?: string | undefined;
  /** OpenAI-compatible endpoint to use instead of the bundled engine. */
  readonly upstreamUrl?: string;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

const MIB = 2 ** 20;

/** Builds the app; nothing listens yet. */
export function createInferenceApp(options: InferenceOptions): Hono<TracedEnv> {
  const queue = createSlotQueue(options.slots, options.maxWaiting);
  const { engine } = options;
  const probes = createProbes(queue, options.registry);
  const counted = createInferenceMetrics(options.registry, options.model, occupancyOf(probes.users, engine));
  const users = { metrics: counted, acquire: (signal: AbortSignal) => queue.acquire(signal) };
  const app = new Hono<TracedEnv>();
  mountMetrics(app, options.registry);
  app.get("/health", (c) => c.json(healthOf(options, queue)));
  mountVersions(app, options);
  mountReset(app, options);
  app.post("/v1/chat/completions", traced(options, "failures", OPERATION.chat), async (c) => {
    const arrived = performance.now();
    const read = await readChat(c.req.raw, options);
    if (read instanceof Response) return read;
    const { request, how, tokens } = read;
    const isProbe = c.req.header(PROBE_HEADER) === "1";
    const { metrics, acquire } = isProbe ? probes : users;
    const leaving = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, leaving.signal]);
    let slot: Slot;
    try {
      slot = await acquire(signal);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      metrics.rejected();
      return c.json(chatError(error.message, "overloaded"), 429, whenToCome(queue.nextFreeMs()));
    }
    const span = c.get("span");
    span.set(ATTRIBUTE.requestModel, request.model);
    span.set(ATTRIBUTE.responseModel, how.model);
    const queuedMs = slot.waitedMs;
    const run: EngineRun = { ...how, generate: engine.generate, isProbe, metrics, arrived, queuedMs, signal };
    const ends: Ends = { giveBack: () => slot.release(), leave: () => leaving.abort(), span, log: options.log };
    // Also where nobody has begun to read the answer, which then never ends by itself.
    signal.addEventListener("abort", ends.giveBack, { once: true });
    const why = options.upstreamUrl === undefined ? await neverHere(engine, request, { ...run, ...ends }) : null;
    if (why !== null) return c.json(chatError(why, "invalid_request_error", CONTEXT_TOO_LONG), 400);
    return options.upstreamUrl === undefined
      ? answerHere(request, run, ends)
      : answerThere(options.upstreamUrl, request, { ...run, promptTokens: tokens }, ends);
  });
  return app;
}

interface ReadChat {
  readonly request: ChatRequest;
  readonly how: Pick<EngineRun, "model" | "pace" | "mind">;
  /** Tokens of its prompt. */
  readonly tokens: number;
}

/** What is asked, and who answers it; or the answer to what cannot be answered at all. */
async function readChat(raw: Request, options: InferenceOptions): Promise<ReadChat | Response> {
  const refused = (status: number, reason: string, code?: string): Response =>
    Response.json(chatError(reason, "invalid_request_error", code), { status });
  const body = await readJsonBody(raw);
  if (!body.ok) return refused(body.status, body.reason);
  const parsed = parseChatRequest(body.json);
  if (!parsed.ok) return refused(400, parsed.reason);
  const { request } = parsed;
  const how = answererIn(options, request.model);
  if (how === undefined) return Response.json(notLoaded(request.model), { status: 404 });
  const tokens = countTokens(request.messages);
  const tooLong = options.upstreamUrl === undefined ? whyTooLong(request.messages, tokens, options.engine) : null;
  return tooLong === null ? { request, how, tokens } : refused(400, tooLong, CONTEXT_TOO_LONG);
}

function healthOf(options: InferenceOptions, queue: SlotQueue): object {
  return {
    status: "ok",
    model: answererIn(options, undefined)?.model,
    slots: queue.slots,
    running: queue.running(),
    waiting: queue.waiting(),
    residentMiB: Math.round(process.memoryUsage.rss() / MIB),
  };
}

/** Why the engine can never answer this, as it says itself; the slot is given back then. */
async function neverHere(
  { whyNot }: Engine,
  request: ChatRequest,
  { model: version, pace, mind, isProbe, giveBack, signal, metrics, arrived }: EngineRun & Pick<Ends, "giveBack">,
): Promise<string | null> {
  if (whyNot === undefined) return null;
  try {
    const why = await whyNot({ request, version, pace, isProbe, ...(mind && { mind }) }, signal);
    if (why === null) return null;
    giveBack();
    return `messages: ${why}`;
  } catch (error) {
    giveBack();
    metrics.ended(performance.now() - arrived, signal.aborted ? "abort" : "error");
    throw error;
  }
}

/** Users' requests and KV memory: who has a slot and waits for memory does not run yet. */
function occupancyOf(users: Probes["users"], engine: Engine): Occupancy {
  return {
    running: () => Math.max(0, users.running() - engine.memory().waiting),
    waiting: () => users.waiting() + engine.memory().waiting,
    kvUse: () => engine.memory().held / engine.kvBlocks,
    preemptions: () => engine.memory().preemptions,
  };
}

/** Which version answers who asks for this model, and how; undefined: none that is loaded. */
function answererIn(
  { versions, model, pace }: InferenceOptions,
  asked: string | undefined,
): Pick<EngineRun, "model" | "pace" | "mind"> | undefined {
  if (versions === undefined) return { model, pace };
  const version = versions.named(asked);
  return version && { model: version.name, pace: version.pace, mind: version.mindAt(performance.now()) };
}

function notLoaded(model: string | undefined): object {
  return modelNotFound(`no model ${model} is loaded here`);
}

/**
 * When who was sent away may come again: in ms for those who read that, and in whole seconds. Nothing before it is
 * known.
 */
function whenToCome(ms: number | undefined): Record<string, string> {
  if (ms === undefined) return {};
  return { "retry-after-ms": String(Math.ceil(ms)), "retry-after": String(Math.ceil(ms / 1000)) };
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
