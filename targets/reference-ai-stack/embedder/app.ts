// The HTTP face of the embedder: OpenAI's embeddings call over the cache and, behind it, the model; health and metrics.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Counter, Gauge, type Registry } from "prom-client";
import { z } from "zod";
import { requireBearer } from "../common/bearer.ts";
import type { Logger } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import { OPERATION } from "../common/telemetry/names.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import { bytes, DIMENSIONS, type EmbeddingCache } from "./cache.ts";
import type { EmbeddedText } from "./kept-vectors.ts";
import type { HeldModel } from "./held-model.ts";
import { keepRecent, SKETCH } from "./recent.ts";

const MAX_INPUTS = 256;
const MAX_BODY_BYTES = 1024 * 1024;

const embeddingsRequest = z.object({
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MAX_INPUTS)]),
  model: z.string().optional(),
  /** As in LiteLLM's API; the same as `Cache-Control: no-cache`. */
  cache: z.looseObject({ "no-cache": z.boolean().optional() }).optional(),
  encoding_format: z.enum(["float", "base64"]).default("float"),
  dimensions: z.literal(DIMENSIONS).optional(),
});

export interface EmbedderAppOptions {
  readonly cache: EmbeddingCache;
  /** Loaded only for texts that the cache lacks; cached ones are answered once its name is known, loaded or not. */
  readonly model: HeldModel;
  /** Who may have what is at hand forgotten: the supervisor; absent: nobody. */
  readonly cacheToken: string | undefined;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** For `Cache-Control: no-cache`: the model embeds every text, and nothing of it is kept. */
const NO_CACHE: Pick<EmbeddingCache, "get" | "put"> = { get: () => undefined, put: () => undefined };

/** Builds the app; nothing listens yet. */
export function createEmbedderApp(options: EmbedderAppOptions): Hono<TracedEnv> {
  const texts = new Counter({
    name: "embedder_texts_total",
    help: "Texts embedded, by where the vector came from",
    labelNames: ["source"],
    registers: [options.registry],
  });
  const app = new Hono<TracedEnv>();
  mountMetrics(app, options.registry);
  app.get("/health", (c) => {
    const state = options.model.state();
    const body = { status: state === "failed" ? "failed" : "ok", model: options.model.known(), modelState: state };
    return c.json(body, state === "failed" ? 503 : 200);
  });
  mountCache(app, options);
  app.post("/internal/model/reload", requireBearer({ supervisor: options.cacheToken }), async (c) => {
    const refusal = await options.model.reload();
    return refusal === undefined ? c.json({ reloaded: true }) : c.json({ error: `model refused: ${refusal}` }, 422);
  });
  const recent = keepRecent();
  app.get("/internal/questions", (c) => {
    const { count, sketches } = recent.read();
    const packed = Buffer.concat(sketches.map((sketch) => bytes(sketch)));
    return c.json({ count, size: SKETCH, sketches: packed.toString("base64") });
  });
  app.post(
    "/v1/embeddings",
    traced(options, "failures", OPERATION.embeddings),
    bodyLimit({ maxSize: MAX_BODY_BYTES }),
    async (c) => {
      const parsed = embeddingsRequest.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) {
        return c.json({ error: { message: z.prettifyError(parsed.error), type: "invalid_request_error" } }, 400);
      }
      const inputs = typeof parsed.data.input === "string" ? [parsed.data.input] : parsed.data.input;
      const isFresh =
        parsed.data.cache?.["no-cache"] === true || /\bno-cache\b/i.test(c.req.header("cache-control") ?? "");
      const { embedded, computed, name } = await embedCached(inputs, {
        ...options,
        cache: isFresh ? NO_CACHE : options.cache,
      });
      // Users' questions come one by one.
      if (typeof parsed.data.input === "string" && embedded[0] !== undefined) recent.add(embedded[0].vector);
      texts.inc({ source: "model" }, computed);
      texts.inc({ source: "cache" }, inputs.length - computed);
      const tokens = embedded.reduce((sum, one) => sum + one.tokens, 0);
      const base64 = parsed.data.encoding_format === "base64";
      return c.json({
        object: "list",
        data: embedded.map(({ vector }, index) => ({
          object: "embedding",
          index,
          embedding: base64 ? Buffer.from(bytes(vector)).toString("base64") : [...vector],
        })),
        model: name,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      });
    },
  );
  return app;
}

/** What is embedded next comes from the folder of caches, or from the model. */
function mountCache(app: Hono<TracedEnv>, { cache, cacheToken, registry }: EmbedderAppOptions): void {
  const gauge: Gauge = new Gauge({
    name: "embedder_cache_entries",
    help: "Texts whose vectors are at hand",
    registers: [registry],
    collect: (): void => gauge.set(cache.count()),
  });
  app.post("/internal/embedding-cache/clear", requireBearer({ supervisor: cacheToken }), (c) =>
    c.json({ cleared: cache.clear() }),
  );
}

async function embedCached(
  inputs: readonly string[],
  { cache, model }: { readonly cache: Pick<EmbeddingCache, "get" | "put">; readonly model: HeldModel },
): Promise<{ readonly embedded: readonly EmbeddedText[]; readonly computed: number; readonly name: string }> {
  const name = await model.name();
  const found = new Map<string, EmbeddedText>();
  const missing: string[] = [];
  for (const text of new Set(inputs)) {
    const known = cache.get(text, name);
    if (known === undefined) missing.push(text);
    else found.set(text, known);
  }
  if (missing.length > 0) {
    const loaded = await model.loaded();
    // Another model came meanwhile: no answer mixes the vectors of two.
    if (loaded.name !== name) return embedCached(inputs, { cache, model });
    const vectors = await loaded.embed(missing);
    const fresh = missing.flatMap((text, i) => {
      const embedded = vectors[i];
      return embedded === undefined ? [] : [[text, embedded] as const];
    });
    cache.put(fresh, name);
    for (const [text, embedded] of fresh) found.set(text, embedded);
  }
  const embedded = inputs.map((text) => {
    const one = found.get(text);
    if (one === undefined) throw new Error("the model returned fewer vectors than texts");
    return one;
  });
  return { embedded, computed: missing.length, name };
}
