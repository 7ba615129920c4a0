// Who is behind the gateway now: an upstream for each replica, and a balancer for each service. Both change while the
// gateway runs, when the supervisor adds or removes a replica.

import { PRIMARY, type Member } from "../common/members.ts";
import { createBalancer } from "./balancer.ts";
import type { Pool } from "./ask.ts";
import type { Tracer } from "../common/telemetry/span.ts";
import { waysTo } from "./paths.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

/** The services that the gateway calls. */
const SERVICES = ["embedder", "vector", "inference"] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Membership {
  /** The replicas of a service, to ask one of them. */
  pool(service: ServiceName): Pool;
  upstreams(): readonly Upstream[];
  weight(replica: string): number;
  setWeights(weights: Readonly<Record<string, number>>): void;
  setMembers(members: readonly Member[]): Promise<void>;
}

/** An upstream, and the ways to it as they were given. */
interface Reached {
  readonly by: string;
  readonly upstream: Upstream;
}

/** How long a replica that left may take for the answers that it owes, ms. */
const RETIRE_MS = 10_000;

/** Throws when a service has no member. */
export function createMembership(first: readonly Member[], tracer: Tracer): Membership {
  const balancers = { embedder: createBalancer([]), vector: createBalancer([]), inference: createBalancer([]) };
  let upstreams: readonly Reached[] = [];

  /** Takes up newcomers and returns those who left. A replica that is reached otherwise is another upstream. */
  function exchange(members: readonly Member[]): readonly Upstream[] {
    refuse(members);
    const before = upstreams;
    upstreams = members.map((member) => {
      const { service, replica } = member;
      const by = JSON.stringify(waysTo(member));
      const known = before.find((one) => one.upstream.replica === replica && one.by === by);
      return known ?? { by, upstream: createUpstream(service, replica, waysTo(member), tracer) };
    });
    for (const { replica, path = PRIMARY } of members) {
      upstreams.find(({ upstream }) => upstream.replica === replica)?.upstream.use(path);
    }
    for (const service of SERVICES) {
      balancers[service].setReplicas(members.filter((one) => one.service === service).map((one) => one.replica));
    }
    setWeights(Object.fromEntries(members.map(({ replica, weight }) => [replica, weight])));
    return before.filter((one) => !upstreams.includes(one)).map((one) => one.upstream);
  }

  function setWeights(weights: Readonly<Record<string, number>>): void {
    for (const service of SERVICES) balancers[service].setWeights(weights);
  }

  exchange(first);
  return {
    pool: (service) => ({
      balancer: balancers[service],
      places: () => new Map(upstreams.map(({ upstream }) => [upstream.replica, upstream.place()])),
      replicas: () => upstreams.flatMap(({ upstream: one }) => (one.service === service ? [one.replica] : [])),
    }),
    upstreams: () => upstreams.map((one) => one.upstream),
    weight: (replica) => Math.max(...SERVICES.map((service) => balancers[service].weight(replica))),
    setWeights,
    async setMembers(members) {
      await Promise.all(exchange(members).map((upstream) => upstream.retire(RETIRE_MS)));
    },
  };
}

function refuse(members: readonly Member[]): void {
  const without = SERVICES.filter((service) => !members.some((one) => one.service === service));
  if (without.length > 0) throw new Error(`no replica of ${without.join(", ")}`);
  const names = members.map((one) => one.replica);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`more than one replica is called ${twice.join(", ")}`);
}
