// What the gateway publishes of who tries to log in, read with suspicion: a field that is missing or of the wrong kind
// means "not seen".
import { z } from "zod";

const source = z.object({
  source: z.string(),
  tried: z.number(),
  refused: z.number(),
  guesses: z.number(),
  refusedInAll: z.number(),
  blockedMs: z.number(),
  spared: z.literal(true).optional(),
});
const view = z.object({ sources: z.array(source) });

/**
 * One source, by the gateway's count of the last seconds: log-ins (right ones of one account are one), those refused,
 * and how many different ones these are; refused since it was first seen; turned away for so long yet, ms, 0 when it is
 * let in. `spared`: nobody may have it turned away.
 */
export type SourceView = z.infer<typeof source>;

/** `GET /internal/sources` of the gateway. */
export function readSources(body: unknown): readonly SourceView[] | null {
  return view.safeParse(body).data?.sources ?? null;
}
