// The HTTP face of the ingestion: what it is about, documents of users, and what can be done to it with a token.
import { Hono } from "hono";
import type { Registry } from "prom-client";
import { z } from "zod";
import { requireBearer, type Principals } from "../common/bearer.ts";
import { readJsonBody } from "../common/json-body.ts";
import type { Logger } from "../common/log.ts";
import { mountMetrics } from "../common/metrics.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import type { Ingestion } from "./nouns.ts";
import { Refused } from "./refused.ts";

const documentRequest = z.strictObject({
  id: z.string().min(1).max(180),
  title: z.string().max(500),
  text: z.string().min(1).max(20_000),
});
const seq = z.strictObject({ seq: z.int().min(1) });
const source = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/);
/** What a person decides names that person, as the supervisor knows them. */
const decided = z.strictObject({ source, by: z.string().min(1).max(200) });
const field = z.string().min(1).max(100);

export interface IngestionAppOptions {
  readonly ingestion: Ingestion;
  /** Who may do something to it. */
  readonly principals: Principals;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** Builds the app; nothing listens yet. */
export function createIngestionApp(options: IngestionAppOptions): Hono<TracedEnv> {
  const { ingestion, registry } = options;
  const app = new Hono<TracedEnv>();
  mountMetrics(app, registry);
  app.get("/health", (c) => c.json({ status: "ok", untold: ingestion.view().untold }));
  app.get("/status", (c) => c.json(ingestion.view()));
  app.get("/batches/:source/:batch", (c) => {
    const found = ingestion.find(c.req.param("source"), c.req.param("batch"));
    return found === undefined ? c.json(errorOf("no such batch"), 404) : c.json(found);
  });
  app.post("/documents", traced(options, "failures"), async (c) => {
    const body = await readJsonBody(c.req.raw);
    if (!body.ok) return c.json(errorOf(body.reason), body.status);
    const asked = documentRequest.safeParse(body.json);
    if (!asked.success) return c.json(errorOf(z.prettifyError(asked.error)), 400);
    try {
      const how = await ingestion.submit(asked.data);
      if (how === "stored") return c.json({ id: asked.data.id, stored: true }, 201);
      if (how === "stale") return c.json(errorOf(`not stored: a newer version of ${asked.data.id} is there`), 409);
      return c.json(errorOf("taken, but not published yet: the queue does not move fast enough"), 503);
    } catch (error) {
      if (error instanceof Refused) return c.json(errorOf(error.message), 400);
      throw error;
    }
  });
  mountVerbs(app, options);
  return app;
}

function mountVerbs(app: Hono<TracedEnv>, options: IngestionAppOptions): void {
  const { ingestion, principals, log } = options;
  const verb = <Args>(
    name: string,
    schema: z.ZodType<Args>,
    work: (args: Args) => object | void | Promise<object>,
  ): void => {
    app.post(`/control/${name}`, requireBearer(principals), traced(options, "failures"), async (c) => {
      const body = await readJsonBody(c.req.raw);
      if (!body.ok) return c.json(errorOf(body.reason), body.status);
      const asked = schema.safeParse(body.json);
      if (!asked.success) return c.json(errorOf(z.prettifyError(asked.error)), 400);
      try {
        const did = (await work(asked.data)) ?? {};
        log.info("done as asked", { verb: name, ...did });
        return c.json(did);
      } catch (error) {
        if (error instanceof Refused) return c.json(errorOf(error.message), 409);
        throw error;
      }
    });
  };
  verb("retry", z.strictObject({}), () => ingestion.retry());
  verb("prune", z.strictObject({}), async () => ingestion.prune());
  verb("dead-letter", seq, (args) => ingestion.deadLetter(args.seq));
  verb("roll-back", seq, (args) => ingestion.rollBack(args.seq));
  verb("withdraw", z.strictObject({ source, batch: z.string().min(1).max(200) }), (args) =>
    ingestion.withdraw(args.source, args.batch),
  );
  verb("scale", z.strictObject({ atOnce: z.int().min(1) }), (args) => ingestion.scale(args.atOnce));
  verb("release", z.strictObject({ source }), (args) => ingestion.release(args.source));
  verb("quarantine", z.strictObject({ source }), (args) => ingestion.quarantine(args.source));
  verb("lift-quarantine", decided, (args) => ingestion.liftQuarantine(args.source, args.by));
  verb("clear-mapping", decided, (args) => ingestion.clearMapping(args.source, args.by));
  verb("repair-schema", z.strictObject({ source, mapping: z.record(field, field) }), (args) =>
    ingestion.repairSchema(args.source, args.mapping),
  );
}

function errorOf(message: string): object {
  return { error: { message } };
}
