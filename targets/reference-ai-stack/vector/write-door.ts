// The door by which documents are written, updated and deleted, with their lineage, for whoever has the token. A
// document is written as a whole or not at all: what is wrong with it is answered before anything is touched.
import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Counter, type Registry } from "prom-client";
import { z } from "zod";
import { requireBearer, type Principals } from "../common/bearer.ts";
import { LONGEST_TITLE, MOST_PASSAGES, MOST_WRITE_BYTES } from "../common/document-limits.ts";
import { readJsonBody } from "../common/json-body.ts";
import { earlierPassageId, noDocument, passageId } from "../common/passage-ids.ts";
import { messageOf, type Logger } from "../common/log.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../common/telemetry/traced.ts";
import type { RecordStore } from "./record-store.ts";
import type { VectorReplica } from "./replica.ts";
import { nameSchema, wholeTextSchema } from "../common/text-schema.ts";
import { vectorSchema } from "./vector-schema.ts";

/** The one collection that there is. */
const COLLECTION = "passages";

const count = z.int().min(0);
const passage = z.strictObject({
  id: nameSchema,
  title: wholeTextSchema.max(LONGEST_TITLE),
  text: wholeTextSchema.min(1).max(20_000),
  vector: vectorSchema,
});
const documentWrite = z.strictObject({
  version: count,
  over: count.exactOptional(),
  source: nameSchema,
  batch: nameSchema,
  schema: count,
  model: nameSchema,
  tags: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/)).max(20),
  passages: z.array(passage).max(MOST_PASSAGES),
});
type Written = z.infer<typeof documentWrite>;

interface WriteDoorParts {
  readonly replica: VectorReplica;
  /** Who may write documents. */
  readonly writers: Principals;
  readonly registry: Registry;
  readonly tracer: Tracer;
  readonly log: Logger;
}

/** Adds `PUT` and `GET /collections/passages/documents/<id>`, and `GET /collections/passages/lineage/<passage>`. */
export function mountWriteDoor(app: Hono<TracedEnv>, options: WriteDoorParts): void {
  const { replica, writers, registry, log } = options;
  const writes = new Counter({
    name: "vector_document_writes_total",
    help: "Documents that were written, by what became of them",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const answer = (message: string) => ({ error: { message } });
  app.put(
    "/collections/:collection/documents/:document{.+}",
    requireBearer(writers),
    traced(options, "failures"),
    bodyLimit({
      maxSize: MOST_WRITE_BYTES,
      onError: (c) => c.json(answer(`the body is longer than ${MOST_WRITE_BYTES} bytes`), 413),
    }),
    async (c) => {
      const { collection, document } = c.req.param();
      if (collection !== COLLECTION) return c.json(answer(`no collection ${collection}; there is ${COLLECTION}`), 404);
      const body = await readJsonBody(c.req.raw, MOST_WRITE_BYTES);
      if (!body.ok) return c.json(answer(body.reason), body.status);
      const parsed = documentWrite.safeParse(body.json);
      if (!parsed.success) return c.json(answer(z.prettifyError(parsed.error)), 400);
      const wrong = wrongWith(document, parsed.data);
      if (wrong !== null) return c.json(answer(wrong), 400);
      try {
        const outcome = replica.write({ document, ...parsed.data });
        writes.inc({ outcome });
        if (outcome === "taken") return c.json(answer(takenBy(replica.records, document, parsed.data)), 409);
        return c.json({ document, outcome });
      } catch (error) {
        log.error("document not written", { document, reason: messageOf(error) }, c.get("span").context);
        return c.json(answer(messageOf(error)), 500);
      }
    },
  );
  app.get("/collections/:collection/documents/:document{.+}", requireBearer(writers), (c) => {
    const { collection, document } = c.req.param();
    const found = collection === COLLECTION ? documentIn(replica.records, document) : undefined;
    return found === undefined ? c.json(answer("no such document"), 404) : c.json(found);
  });
  app.get("/collections/:collection/lineage/:id{.+}", (c) => {
    const row = c.req.param("collection") === COLLECTION ? replica.records.rowOf(c.req.param("id")) : undefined;
    if (row === undefined) return c.json(answer("no such passage"), 404);
    const lineage = replica.records.lineageOf(row);
    if (lineage === undefined) return c.json(answer("nothing is known of where it comes from"), 404);
    return c.json({ ...lineage, index: replica.indexVersion() });
  });
}

/**
 * A document as it could be written again, word for word and number for number; undefined: there is none. Another one
 * may be named as a passage of it would be: whose a row is, its lineage says; one without is a document of its own.
 */
function documentIn(records: RecordStore, document: string): object | undefined {
  const first = records.rowOf(document);
  if (first === undefined) return undefined;
  const lineage = records.lineageOf(first);
  if (lineage !== undefined && lineage.document !== document) return undefined;
  const rows = [first];
  for (;;) {
    const names = [passageId(document, rows.length), earlierPassageId(document, rows.length)];
    const own = names.flatMap((name) => records.rowOf(name) ?? []);
    const row = own.find((one) => records.lineageOf(one)?.document === document);
    if (row === undefined) break;
    rows.push(row);
  }
  const passages = rows.map((row) => {
    const { id, title, text } = records.textOf(records.idOf(row) ?? "") ?? { id: document, title: "", text: "" };
    return { id, title, text, vector: [...records.vectorOf(row)] };
  });
  return { document, version: 0, ...lineage, passages };
}

/** Who has its place, in words. */
function takenBy(records: RecordStore, document: string, { version, passages }: Written): string {
  for (const { id } of passages) {
    const row = records.rowOf(id);
    const lineage = row === undefined ? undefined : records.lineageOf(row);
    if (row === undefined || lineage?.document === document) continue;
    const whose = lineage === undefined ? "of the corpus" : `of the source ${lineage.source}`;
    return `${id} is a passage of ${lineage?.document ?? id}, ${whose}; expected a document of another name`;
  }
  return `version ${version} of ${document} has another text already; expected a greater version`;
}

/** What is wrong with a document beyond its shape, or null. */
function wrongWith(document: string, { passages }: Written): string | null {
  const id = nameSchema.safeParse(document);
  if (!id.success) return `the id ${document.slice(0, 50)}: ${z.prettifyError(id.error)}`;
  const strange = noDocument(document);
  if (strange !== null) return `the id ${document.slice(0, 50)}: ${strange}`;
  const at = passages.findIndex(({ id }, n) => id !== passageId(document, n));
  if (at === -1) return null;
  return `passage ${at} has the id ${passages[at]?.id ?? ""}; expected ${passageId(document, at)}`;
}
