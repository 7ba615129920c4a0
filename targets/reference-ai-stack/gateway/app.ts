// The HTTP face of the gateway: chat completions for users; upstream statistics, active checks and weights for the
// stack.

import { Hono } from "hono";
import type { Registry } from "prom-client";
import { z } from "zod";
import { principalOf, requireBearer } from "../common/bearer.ts";
import { chatError, parseChatRequest } from "../common/chat-request.ts";
import { readJsonBody } from "../common/json-body.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import { questionIn } from "../common/passages.ts";
import { nameSchema, wholeTextSchema } from "../common/text-schema.ts";
import { OPERATION } from "../common/telemetry/names.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import { membersSchema, type Member } from "../common/members.ts";
import type { Split } from "../common/model-card.ts";
import type { RowFile } from "../common/row-file.ts";
import { mountAccess, type AccessOptions } from "./access/door.ts";
import { PRIORITY_HEADER, priorityOf } from "./access/priority.ts";
import { createAnswerCache } from "./answer-cache.ts";
import { createAnswerLog } from "./answers.ts";
import { mountAnswerCache } from "./cache-door.ts";
import { createCacheMetrics } from "./cache-metrics.ts";
import { createGivenAgain } from "./given-again.ts";
import { mountChatPage } from "./chat-page/door.ts";
import { answerChat } from "./chat.ts";
import type { CacheParts } from "./kept-answers.ts";
import type { Stored } from "./lineage-door.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { handOver } from "./ingestion-door.ts";
import { mountModels } from "./models-door.ts";
import { retryBudget } from "./ask.ts";
import { createReducer, reducedSchema, type Reducer } from "./reducer.ts";
import { questionTo } from "./question.ts";
import { createServices, type Services } from "./services.ts";
import { createSplitter } from "./split.ts";
import { failureType } from "./upstream-failure.ts";

export interface GatewayOptions {
  /** Who is called at the start, where, and with which share. */
  readonly members: readonly Member[];
  /** Hears of each document once every vector replica has it. */
  readonly stored: (stored: Stored) => Promise<void>;
  /** Where the ingestion takes documents, a port of this machine; absent: the gateway stores them itself. */
  readonly ingestionPort?: number;
  /** With it vector replicas take documents from the gateway; absent: none do. */
  readonly recordsToken?: string | undefined;
  /** Which version answers whom; absent: the stack has no versions. */
  readonly split?: Split;
  /** Without it nobody can change replicas, weights or versions. */
  readonly supervisorToken: string | undefined;
  /** The healer's, with which it may read what is noted of answers. */
  readonly lookToken: string | undefined;
  /** Who has an account; absent: nobody has, and keys are not looked at. */
  readonly access?: AccessOptions;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
  /** Longest time without content in an answer, ms; 10 s when absent. */
  readonly contentWithinMs?: number;
  /** Where answers are kept that are given again; absent: none are. */
  readonly keepsAnswers?: {
    readonly openFile: () => RowFile;
    readonly rows: number;
    /** The token of the ingestion, which says which documents have changed; absent: there is none. */
    readonly ingestionToken?: string | undefined;
  };
}

const weightsSchema = z.record(z.string(), z.number().min(0).max(1));

const documentRequest = z.object({
  id: nameSchema,
  title: wholeTextSchema.max(500).default(""),
  text: wholeTextSchema.min(1).max(20_000),
});
/** `question`: by a real question instead of the health path. */
const checkRequest = z.object({ upstream: z.string(), question: z.boolean().default(false) });
const replicasRequest = z.object({ replicas: membersSchema });
const weightsRequest = z.object({ weights: weightsSchema });

export interface Gateway {
  readonly app: Hono<TracedEnv>;
  /** Drops all connections to upstreams. */
  close(): Promise<void>;
}

/** Builds the gateway; nothing listens yet. */
export function createGateway(options: GatewayOptions): Gateway {
  const metrics = createGatewayMetrics(options.registry);
  const services = createServices(options.members, {
    onRetry: (service) => metrics.retry(service),
    tracer: options.tracer,
    recordsToken: options.recordsToken,
    ...(options.contentWithinMs !== undefined && { contentWithinMs: options.contentWithinMs }),
  });
  const models = { splitter: createSplitter(options.split), answers: createAnswerLog() };
  const reducer = createReducer(() => performance.now());
  const kept = cacheIn(options);
  const app = new Hono<TracedEnv>();
  mountMetrics(app, options.registry);
  app.get("/health", (c) => c.json({ status: "ok" }));
  const callerOf = mountAccess(app, options.access, {
    guarded: ["/v1/chat/completions", "/documents"],
    supervisor: options.supervisorToken,
    healer: options.lookToken,
    registry: options.registry,
  });
  app.post("/v1/chat/completions", traced({ ...options, isBorder: true }, "all", OPERATION.chat), async (c) => {
    const body = await readJsonBody(c.req.raw);
    if (!body.ok) return c.json(chatError(body.reason, "invalid_request_error"), body.status);
    const parsed = parseChatRequest(body.json);
    if (!parsed.ok) return c.json(chatError(parsed.reason, "invalid_request_error"), 400);
    if (questionIn(parsed.request.messages) === "") {
      return c.json(chatError("messages: nobody asks anything", "invalid_request_error"), 400);
    }
    const { log } = options;
    const caller = callerOf(c.req.raw);
    const priority = priorityOf(c.req.header(PRIORITY_HEADER), caller);
    const parts = { services, metrics, ...models, reducer, ...kept, log, span: c.get("span"), caller, priority };
    return answerChat(parsed.request, c.req.raw.signal, parts);
  });
  mountChatPage(app, services, options);
  mountDocuments(app, services, { ...options, ...kept });
  mountInternal(app, services, options.supervisorToken);
  mountModels(app, { ...models, ...kept }, options);
  mountReducer(app, reducer, options.supervisorToken);
  mountAnswerCache(app, kept.cache, {
    supervisor: options.supervisorToken,
    ingestion: options.keepsAnswers?.ingestionToken,
    healer: options.lookToken,
  });
  return {
    app,
    async close() {
      await Promise.all(services.upstreams().map((upstream) => upstream.close()));
      kept.cache?.cache.close();
    },
  };
}

/** Empty where nobody keeps answers. */
function cacheIn({ keepsAnswers, registry }: GatewayOptions): { readonly cache?: CacheParts } {
  if (keepsAnswers === undefined) return {};
  const metrics = createCacheMetrics(registry);
  const cache = createAnswerCache({
    ...keepsAnswers,
    now: () => performance.now(),
    dropped: (reason, count) => metrics.dropped(reason, count),
  });
  return { cache: { metrics, cache, given: createGivenAgain() } };
}

/** Ingestion: 201 once every vector replica has the document on its disk and finds it. */
function mountDocuments(
  app: Hono<TracedEnv>,
  services: Services,
  options: GatewayOptions & { readonly cache?: CacheParts },
): void {
  app.post("/documents", traced({ ...options, isBorder: true }, "all"), async (c) => {
    const body = await readJsonBody(c.req.raw);
    if (!body.ok) return c.json(chatError(body.reason, "invalid_request_error"), body.status);
    const asked = documentRequest.safeParse(body.json);
    if (!asked.success) {
      const says = `expected {"id","title","text"}: ${z.prettifyError(asked.error)}`;
      return c.json(chatError(says, "invalid_request_error"), 400);
    }
    const span = c.get("span");
    const caller = { signal: c.req.raw.signal, span, budget: retryBudget() };
    try {
      if (options.ingestionPort !== undefined) {
        const { status, body: answer } = await handOver(asked.data, options.ingestionPort);
        if (status === 201) void options.stored({ ...asked.data, replicas: vectorReplicas(services) });
        return c.json(answer, status);
      }
      const vector = await services.embed(`${asked.data.title}\n${asked.data.text}`, caller);
      // Some replica may have it, also where not all of them do.
      const changed = { document: asked.data.id, vectors: [vector] };
      await services
        .store({ ...asked.data, vector }, caller)
        .finally(() => options.cache?.cache.documentChanged(changed));
      void options.stored({ ...asked.data, replicas: vectorReplicas(services) });
      return c.json({ id: asked.data.id, stored: true }, 201);
    } catch (error) {
      span.fail(failureType(error));
      options.log.warn("document not stored", { id: asked.data.id, reason: messageOf(error) }, span.context);
      return c.json(chatError(`not stored everywhere: ${messageOf(error)}`, "unavailable"), 503);
    }
  });
}

function vectorReplicas(services: Services): readonly string[] {
  return services.upstreams().flatMap(({ service, replica }) => (service === "vector" ? [replica] : []));
}

function mountInternal(app: Hono<TracedEnv>, services: Services, supervisorToken: string | undefined): void {
  app.get("/internal/upstreams", (c) => {
    const since = Number(c.req.query("since") ?? 0) || 0;
    const backMs = Number(c.req.query("back") ?? 0) || undefined;
    const wanted = { since, ...(backMs !== undefined && { backMs }) };
    return c.json({
      upstreams: services.upstreams().map((upstream) => ({
        replica: upstream.replica,
        service: upstream.service,
        weight: services.weight(upstream.replica),
        ...upstream.place(),
        ...(upstream.paths().length > 0 && { paths: upstream.paths() }),
        ...upstream.report(wanted),
      })),
    });
  });
  app.post("/internal/check", async (c) => {
    const asked = checkRequest.safeParse(await c.req.json().catch(() => undefined));
    const upstream = services.upstreams().find((candidate) => candidate.replica === asked.data?.upstream);
    if (upstream === undefined) {
      const known = services
        .upstreams()
        .map((candidate) => candidate.replica)
        .join(", ");
      return c.json(chatError(`expected {"upstream": one of ${known}}`, "invalid_request_error"), 400);
    }
    if (asked.data?.question !== true) return c.json(await upstream.check());
    // A question costs a slot and tokens, as a user's does.
    const isKnown = principalOf(c.req.header("authorization"), { supervisor: supervisorToken }) !== undefined;
    if (!isKnown) return c.json(chatError("a question needs the supervisor's token", "unauthorized"), 401);
    return c.json(await questionTo(upstream));
  });
  const guard = requireBearer({ supervisor: supervisorToken });
  app.put("/internal/replicas", guard, async (c) => {
    const asked = replicasRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) {
      const expected = 'expected {"replicas":[{"service","replica","address","weight"}…]}';
      return c.json(chatError(expected, "invalid_request_error"), 400);
    }
    try {
      await services.setMembers(asked.data.replicas);
    } catch (error) {
      return c.json(chatError(messageOf(error), "invalid_request_error"), 400);
    }
    return c.json({ replicas: services.upstreams().map(({ replica }) => replica) });
  });
  app.put("/internal/weights", guard, async (c) => {
    const asked = weightsRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success)
      return c.json(chatError('expected {"weights":{"<replica>":0…1}}', "invalid_request_error"), 400);
    services.setWeights(asked.data.weights);
    const weights = services.upstreams().map(({ replica }) => [replica, services.weight(replica)] as const);
    return c.json({ weights: Object.fromEntries(weights) });
  });
}

/** How far the service is reduced; both answer with what was asked of the gateway so far. */
function mountReducer(app: Hono<TracedEnv>, reducer: Reducer, supervisorToken: string | undefined): void {
  app.get("/internal/service", (c) => c.json(reducer.counts()));
  app.put("/internal/service", requireBearer({ supervisor: supervisorToken }), async (c) => {
    const asked = reducedSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success) return c.json(chatError('expected {"level":0…3,"most":n}', "invalid_request_error"), 400);
    reducer.set(asked.data);
    return c.json(reducer.counts());
  });
}
