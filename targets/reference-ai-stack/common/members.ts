// Who takes part in the gateway's traffic: each replica with the address at which the gateway calls it.
import { z } from "zod";

const member = z.object({
  service: z.string(),
  replica: z.string(),
  /** host:port; may lead through something else than the replica. */
  address: z.string().regex(/^[^\s:/]+:\d+$/),
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
