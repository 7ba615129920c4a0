// Which replicas a fault acts on: chosen by chance among those that fit, bounded, never "empty means all".

import { replicasAsked, tooMany } from "../core/blast-radius.ts";
import type { Limits, Target } from "../core/target.ts";
import type { Selector } from "../core/intent.ts";
import { siteName } from "../core/controls.ts";
import type { Random } from "../core/random.ts";
import { shuffled } from "./order.ts";
import type { SiteRef } from "../records/site.ts";

/** The sites, or why there are none. */
export type ChosenSites =
  | { readonly ok: true; readonly sites: readonly SiteRef[] }
  | { readonly ok: false; readonly found: string; readonly expected: string };

/** Who may be chosen from, and how. */
export interface Choosing {
  readonly target: Target;
  readonly limits: Limits;
  readonly random: Random;
  /**
   * Names of sites that another disturbance has for the same fault: hitting one twice would hit fewer than asked for.
   */
  readonly taken: ReadonlySet<string>;
}

/** Picks as many replicas of the service as asked for; for an edge, every edge from the caller to each of them. */
export function chooseSites(selector: Selector, { target, limits, random, taken }: Choosing): ChosenSites {
  const { service: name, edgeFrom, via } = selector;
  const service = target.services.find((candidate) => candidate.name === name);
  if (!service) return { ok: false, found: `no service "${name}" in ${target.name}`, expected: "one that there is" };
  const count = replicasAsked(selector, service.replicas.length);
  const refused = tooMany(count, service, limits, selector.count === "all");
  if (refused) return { ok: false, ...refused };
  const fitting = service.replicas
    .map(({ id }) =>
      edgeFrom === undefined ? [{ service: name, replica: id }] : edgesTo(target, { edgeFrom, via }, { name, id }),
    )
    .filter((sites) => sites.length > 0 && !sites.some((site) => taken.has(siteName(site))));
  if (fitting.length < count) {
    const edge =
      edgeFrom === undefined ? "" : ` with an edge from ${edgeFrom}${via === undefined ? "" : ` via ${via}`}`;
    const found = `${fitting.length} replicas of ${name}${edge}${taken.size === 0 ? "" : " that are not hit yet"}`;
    return { ok: false, found, expected: `at least ${count}` };
  }
  return { ok: true, sites: shuffled(fitting, random).slice(0, count).flat() };
}

interface Way {
  readonly edgeFrom: string;
  readonly via: string | undefined;
}

function edgesTo(target: Target, way: Way, to: { readonly name: string; readonly id: string }): SiteRef[] {
  const { edgeFrom: from, via } = way;
  const caller = target.services.find(({ name }) => name === from);
  const callers = [from, ...(caller?.replicas ?? []).map(({ id }) => id)];
  return target.edges
    .filter((edge) => edge.to === to.id && edge.via === via && callers.includes(edge.from))
    .map((edge) => ({ service: to.name, replica: to.id, edgeFrom: edge.from, ...(via !== undefined && { via }) }));
}
