// What the ingestion publishes of its queue, read with suspicion: a field that is missing or of the wrong kind means
// "not seen".
import { z } from "zod";

const head = z.object({
  seq: z.number(),
  source: z.string(),
  batch: z.string(),
  attempts: z.number(),
  kind: z.enum(["unreadable", "schema", "quality", "refused", "unreachable", "disk"]).nullable(),
  reason: z.string(),
  nextInMs: z.number(),
  waitsFor: z.string().nullable(),
  mapping: z.record(z.string(), z.string()).nullable(),
});
const view = z.object({
  lagMs: z.number(),
  freshWithinMs: z.number(),
  atOnce: z.number(),
  mostAtOnce: z.number(),
  held: z.array(z.object({ source: z.string(), batches: z.number(), waitedMs: z.number(), isStale: z.boolean() })),
  writeRefused: z.string().nullable(),
  spareCopies: z.number().nullable(),
  spareTags: z.array(z.string()),
  quarantined: z.array(z.string()),
  head: head.nullable(),
  tags: z.record(z.string(), z.array(z.string())),
  suspects: z.array(z.object({ seq: z.number(), source: z.string(), batch: z.string(), says: z.string() })),
});

/** What the ingestion says of itself: how far behind, what is at the head of its queue, what is suspect. */
export type IngestionLook = z.infer<typeof view>;

/** `GET /status` of the ingestion. */
export function readIngestion(body: unknown): IngestionLook | null {
  return view.safeParse(body).data ?? null;
}
