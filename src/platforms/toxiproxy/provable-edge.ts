// Which edges a fault can be proved on, by target.yaml alone.

import type { Target } from "../../core/target.ts";
import type { SiteRef } from "../../records/site.ts";

/**
 * What is done to an edge is proved by an HTTP request through it, which a service with `health: tcp` does not answer,
 * nor one whose health wants headers: they may hold a key, and what finds the way back is written down.
 */
export function isProvableEdge({ services }: Target, { edgeFrom, service: name }: SiteRef): boolean {
  const health = services.find((service) => service.name === name)?.health;
  return edgeFrom !== undefined && health?.tcp !== true && health?.headers === undefined;
}
