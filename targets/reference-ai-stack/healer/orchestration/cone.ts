// What a remedy touches besides its target: while it acts, nothing that its target calls may be repaired, and nobody
// else may use the peer that it copies from.
import type { Remedy, Target, UpstreamView } from "../nouns.ts";

/** Service → the services that it calls. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/** As the gateway's traffic alone shows it, where no traces are: the gateway calls whatever it reports of. */
export function dependenciesIn(upstreams: readonly UpstreamView[]): Dependencies {
  return new Map([["gateway", new Set(upstreams.map(({ service }) => service))]]);
}

/** The target, the peer that the chosen way has found, and every service that the target depends on, near or far. */
export function touchedBy({ target, found }: Remedy, dependencies: Dependencies): readonly Target[] {
  if (target.scope === "stack") return [target];
  const { service } = target;
  const peer: readonly Target[] = found === undefined ? [] : [{ scope: "replica", service, replica: found }];
  const cone = [...coneOf(service, dependencies)].map((name): Target => ({ scope: "service", service: name }));
  return [target, ...peer, ...cone];
}

/** Everything that the service calls, directly or through others; never itself. */
function coneOf(service: string, dependencies: Dependencies): ReadonlySet<string> {
  const cone = new Set<string>();
  const open = [service];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const called of dependencies.get(next) ?? []) {
      if (called === service || cone.has(called)) continue;
      cone.add(called);
      open.push(called);
    }
  }
  return cone;
}
