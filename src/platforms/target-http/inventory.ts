// Reads what a target publishes of itself, and trusts nothing that does not have the contract's shape.

import { z } from "zod";
import { isAllowedHost } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { publishedReplicaSchema, type PublishedReplica } from "../../records/inventory.ts";
import { refuseForeignPlaces } from "./allowed-hosts.ts";
import { fetchJson } from "./fetch-json.ts";

const place = z.string().min(1).exactOptional();

/** Where an entry may say that it runs. Rebound never connects there; it only refuses what is elsewhere. */
const placesSchema = z.object({
  replicas: z.array(
    z
      .object({ replica: z.string(), host: place, hostname: place, address: place, ip: place, url: place })
      .transform(({ replica, ...places }) => Object.values(places).map((text) => ({ replica, place: text }))),
  ),
});

interface Reading<Identity> {
  readonly signal: AbortSignal;
  /** The target's `addresses`. */
  readonly listed: readonly string[];
  /** What an entry says of what runs there, in the words of the platform. */
  readonly identity: z.ZodType<Identity>;
}

/**
 * GETs the inventory. Throws HarnessError "environment" when it cannot be had or breaks the contract, "bad-input" when
 * it places a replica on a machine that `listed` does not name.
 */
export async function readInventory<Identity>(
  url: string,
  { signal, listed, identity }: Reading<Identity>,
): Promise<readonly (PublishedReplica & Identity)[]> {
  const answer = await fetchJson(url, { signal, allows: (host) => isAllowedHost(host, listed) });
  const places = placesSchema.safeParse(answer);
  const parsed = z.object({ replicas: z.array(z.intersection(publishedReplicaSchema, identity)) }).safeParse(answer);
  const error = parsed.error ?? places.error;
  if (!parsed.success || !places.success) {
    const what = `the inventory at ${url} breaks the contract${error ? `: ${z.prettifyError(error)}` : ""}`;
    throw new HarnessError("environment", what, { hint: "see targets/README.md, section 3" });
  }
  refuseForeignPlaces(url, places.data.replicas.flat(), listed);
  return parsed.data.replicas;
}
