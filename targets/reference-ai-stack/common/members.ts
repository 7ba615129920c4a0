// Who takes part in the gateway's traffic: each replica with the address at which the gateway calls it.
import { z } from "zod";

/** The ways to a replica that has two. */
export const PRIMARY = "primary";
export const ALTERNATIVE = "alternative";
export type PathName = typeof PRIMARY | typeof ALTERNATIVE;

const address = z.string().regex(/^[^\s:/]+:\d+$/);

const member = z.object({
  service: z.string(),
  replica: z.string(),
  /** host:port; may lead through something else than the replica. */
  address,
  /** Another way to it; absent: there is none. Each request waits for its latency first, ms: that way is longer. */
  alternative: z.object({ address, latencyMs: z.number().min(0).max(1000) }).optional(),
  /** The way in use; absent: the primary. */
  path: z.enum([PRIMARY, ALTERNATIVE]).optional(),
  /** Its share of the traffic relative to its siblings: 1 full, 0 drained. */
  weight: z.number().min(0).max(1),
});

/** All members at once; also the form of the variable `GATEWAY_REPLICAS`. */
export const membersSchema = z.array(member);

export type Member = Readonly<z.output<typeof member>>;

/** The service of a replica that is named by the stack's habit: `vector-1` → `vector`. */
export function serviceOf(replica: string): string {
  return replica.replace(/-\d+$/, "");
}
