// The HTTP face of a vector replica: search, exact search, self-retrieval, manifest, records, reload, health, metrics.
import { setImmediate as settle } from "node:timers/promises";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Histogram, Counter, type Registry } from "prom-client";
import { z } from "zod";
import { type GuardedEnv, type Principals, requireBearer } from "../common/bearer.ts";
import { readJsonBody } from "../common/json-body.ts";
import { type Logger, messageOf } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import { BY_ID, NO_SUCH_RECORD } from "../common/record-by-id.ts";
import { OPERATION } from "../common/telemetry/names.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import type { Hit, VectorReplica } from "./replica.ts";
import { NotOpened } from "./save-index.ts";
import { embeddedSample, shortened, VECTOR_FORMATS } from "./embedded-sample.ts";
import { laidSchema } from "./laid.ts";
import { sampledRows } from "./sampling.ts";
import { mountHeldDoor } from "./held-door.ts";
import { nameSchema, wholeTextSchema } from "../common/text-schema.ts";
import { queryVectorSchema, vectorSchema } from "./vector-schema.ts";
import { mountWriteDoor } from "./write-door.ts";

const MAX_VECTORS = 256;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Answers as all other mistakes are answered. */
const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) => c.json({ error: { message: "the body is longer than 4 MiB" } }, 413),
});

const searchRequest = z.object({
  vectors: z.array(queryVectorSchema).min(1).max(MAX_VECTORS),
  k: z.int().min(1).max(100).default(4),
  include: z.array(z.enum(["text"])).default([]),
});
const sampleQuery = z.object({
  n: z.coerce.number().int().min(1).max(1000).default(32),
  seed: z.coerce.number().int().optional(),
});
/** Whose vectors: those that the record store holds, or those that the index gives back. */
const recordsQuery = sampleQuery.extend({ from: z.enum(["records", "index"]).default("records") });

const embeddedQuery = sampleQuery.extend({ encoding_format: z.enum(VECTOR_FORMATS).default("float") });

const vectorsLaid = z.strictObject({ model: nameSchema, laid: laidSchema });

const newRecord = z.strictObject({
  id: nameSchema,
  title: wholeTextSchema.max(500),
  text: wholeTextSchema.min(1).max(20_000),
  vector: vectorSchema,
});

export interface VectorAppOptions {
  readonly replica: VectorReplica;
  /** Who may ask for a reload. */
  readonly principals: Principals;
  /** Who may write documents. */
  readonly writers: Principals;
  /** Who may append records; null: nobody, for documents come through the ingestion. */
  readonly recorders: Principals | null;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** Builds the app; nothing listens yet. */
export function createVectorApp(options: VectorAppOptions): Hono<TracedEnv> {
  const { replica, registry } = options;
  const app = new Hono<TracedEnv>();
  mountMetrics(app, registry);
  app.get("/health", (c) => {
    const [rows, indexVersion, reason] = [replica.rows(), replica.indexVersion(), replica.lacks()];
    // Each answer is right: who has no index asks its records.
    return c.json({
      status: reason === null ? "ok" : "degraded",
      rows,
      indexVersion,
      ...(reason !== null && { reason }),
    });
  });
  mountSearch(app, options);
  mountHeldDoor(app, options);
  mountChecks(app, replica);
  mountDocuments(app, options);
  mountReload(app, options);
  mountWriteDoor(app, options);
  return app;
}

function mountSearch(app: Hono<TracedEnv>, options: VectorAppOptions): void {
  const { replica, registry } = options;
  const seconds = new Histogram({
    name: "vector_search_duration_seconds",
    help: "Time of one search request, all its vectors",
    labelNames: ["mode"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
    registers: [registry],
  });
  const modes = {
    "/search": async (vectors: readonly Float32Array[], k: number) =>
      Promise.all(vectors.map((vector) => replica.search(vector, k))),
    "/search/exact": async (vectors: readonly Float32Array[], k: number) =>
      inTurns(vectors, (vector) => replica.searchExact(vector, k)),
  } as const;
  for (const [path, search] of Object.entries(modes)) {
    app.post(path, traced(options, "failures", OPERATION.retrieval), limited, async (c) => {
      const parsed = searchRequest.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
      const { vectors, k, include } = parsed.data;
      const stop = seconds.startTimer({ mode: path === "/search" ? "ann" : "exact" });
      const found = await search(vectors, k);
      stop();
      const results = include.includes("text") ? found.map((hits) => hits.map((hit) => withText(hit, replica))) : found;
      return c.json({ results, indexVersion: replica.indexVersion() });
    });
  }
}

/** Each of them looks at all rows without a break: whoever asks for something else comes in before the next. */
async function inTurns<Answer>(
  vectors: readonly Float32Array[],
  search: (vector: Float32Array) => Answer,
): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  for (const vector of vectors) {
    await settle();
    found.push(search(vector));
  }
  return found;
}

function mountChecks(app: Hono<TracedEnv>, replica: VectorReplica): void {
  app.get("/self-retrieval", async (c) => {
    const parsed = sampleQuery.safeParse(c.req.query());
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    return c.json(await replica.selfRetrieval(parsed.data.n, parsed.data.seed));
  });
  app.get("/manifest", async (c) => {
    const said = await replica.manifest(c.req.query("hash") !== "0");
    return c.json(c.req.query("held") === "1" ? { ...said, parts: replica.records.holdings.parts() } : said);
  });
  app.get("/records/sample", async (c) => {
    const parsed = recordsQuery.safeParse(c.req.query());
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    const { records } = replica;
    const { n, seed = 1, from } = parsed.data;
    const rows = sampledRows(records.count(), n, seed, records.removed);
    const stored = rows.map((row) => records.vectorOf(row));
    const vectors = from === "index" ? await Promise.all(rows.map((row) => replica.vectorOf(row))) : stored;
    // What was written or removed while the index was asked is none of what was asked for.
    const items = rows.flatMap((row, at) => {
      const id = records.idOf(row);
      if (id === undefined || records.vectorOf(row) !== stored[at]) return [];
      return [{ id, vector: shortened(vectors[at] ?? new Float32Array()) }];
    });
    return c.json({ items });
  });
  app.get("/records/embedded", (c) => {
    const parsed = embeddedQuery.safeParse(c.req.query());
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    const { n, seed = 1, encoding_format: format } = parsed.data;
    return c.json({ items: embeddedSample(replica.records, { n, seed, format }) });
  });
  app.get(BY_ID, (c) => {
    const id = c.req.query("id");
    if (id === undefined) return c.json({ error: { message: "expected ?id=<id>" } }, 400);
    const record = replica.records.textOf(id);
    if (record !== undefined) return c.json(record);
    return c.json({ error: { message: "no such record", code: NO_SUCH_RECORD } }, 404);
  });
}

/**
 * Writing answers once the record is on the disk and can be found; reading goes through the index, as users' searches
 * do.
 */
function mountDocuments(app: Hono<TracedEnv>, options: VectorAppOptions): void {
  const { replica, log, recorders } = options;
  const mayRecord: MiddlewareHandler<GuardedEnv> =
    recorders === null
      ? async (c) =>
          c.json({ error: { message: "documents come through the ingestion, which writes them as such" } }, 409)
      : requireBearer(recorders);
  app.post("/records", mayRecord, traced(options, "failures"), limited, async (c) => {
    const body = await readJsonBody(c.req.raw, MAX_BODY_BYTES);
    if (!body.ok) return c.json({ error: { message: body.reason } }, body.status);
    const parsed = newRecord.safeParse(body.json);
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    const { id } = parsed.data;
    try {
      const outcome = replica.add(parsed.data);
      if (outcome === "taken") return c.json({ error: { message: `${id} is another record` } }, 409);
      return c.json({ id, outcome }, outcome === "added" ? 201 : 200);
    } catch (error) {
      log.error("record not stored", { id, reason: messageOf(error) }, c.get("span").context);
      return c.json({ error: { message: messageOf(error) } }, 500);
    }
  });
  app.get("/documents/:id{.+}", async (c) => {
    const found = await replica.findable(c.req.param("id"));
    return found === undefined ? c.json({ error: { message: "not found by searching for it" } }, 404) : c.json(found);
  });
}

function mountReload(app: Hono<TracedEnv>, options: VectorAppOptions): void {
  const { replica, principals, registry, log } = options;
  const reloads = new Counter({
    name: "vector_index_reloads_total",
    help: "Reloads of the index file",
    labelNames: ["outcome"],
    registers: [registry],
  });
  app.post("/reembed", requireBearer(principals), async (c) => {
    const parsed = vectorsLaid.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json({ error: { message: z.prettifyError(parsed.error) } }, 400);
    try {
      const taken = await replica.reembed(parsed.data);
      log.info("vectors taken", { by: c.get("principal"), ...taken });
      return c.json(taken);
    } catch (error) {
      log.warn("vectors refused, the old ones stay", { reason: messageOf(error) });
      return c.json({ error: { message: messageOf(error) } }, 422);
    }
  });
  app.post("/reload", requireBearer(principals), async (c) => {
    try {
      const loaded = await replica.reload();
      reloads.inc({ outcome: "done" });
      log.info("index reloaded", { by: c.get("principal"), ...loaded });
      return c.json(loaded);
    } catch (error) {
      reloads.inc({ outcome: "refused" });
      log.warn("index file refused, the old one stays", { reason: messageOf(error) });
      return c.json({ error: { message: messageOf(error) } }, 422);
    }
  });
  app.post("/save", requireBearer(principals), async (c) => {
    try {
      const saved = await replica.save();
      log.info("index saved", { by: c.get("principal"), ...saved });
      return c.json(saved);
    } catch (error) {
      const came = error instanceof NotOpened ? "saved, and not opened" : "not saved, the old version stays";
      log.warn(`index ${came}`, { reason: messageOf(error) });
      return c.json({ error: { message: messageOf(error) } }, 409);
    }
  });
}

function withText(hit: Hit, replica: VectorReplica): Hit {
  return { ...hit, text: replica.records.textOf(hit.id)?.text ?? "" };
}
