// Who takes part in the gateway's traffic, and with which share, as last set. The supervisor keeps both, because a
// restarted gateway must get those of now.

import { request } from "undici";
import { PRIMARY, type Member, type PathName } from "../common/members.ts";

export type Shares = Readonly<Record<string, number>>;

export type TrafficChange =
  | { readonly ok: true; readonly weights: Shares }
  | { readonly ok: false; readonly status: 400 | 409 | 502; readonly reason: string };

export interface Traffic {
  /** Every replica that the gateway calls, with its weight. */
  members(): readonly Member[];
  /** Weights of the replicas that share their service's traffic with siblings, or could. */
  weights(): Shares;
  /** Tells the gateway and, once it agrees, remembers. Refuses (409) to drain every replica of a service. */
  setWeights(asked: Shares): Promise<TrafficChange>;
  /** The way on which the gateway reaches a service. */
  pathOf(service: string): PathName;
  /** Has the gateway reach each replica of a service by that way. Refuses (409) where one of them has no other. */
  route(service: string, path: PathName): Promise<TrafficChange>;
  /** A replica takes part from now on, reached as its siblings are. */
  join(member: Member): Promise<TrafficChange>;
  /** A replica takes no more part, and has answered what it was asked (the gateway waits for that, at most 10 s). */
  leave(replica: string): Promise<TrafficChange>;
}

const WEIGHTS_TIMEOUT_MS = 3000;
/** Longer than the gateway's own limit on the answers that a leaving replica still owes. */
const MEMBERS_TIMEOUT_MS = 12_000;
/** One replica, which no balancing concerns. */
const ALONE = "embedder";

export interface TrafficConfig {
  readonly gatewayPort: number;
  readonly supervisorToken: string;
  /** Who takes part at the start. */
  readonly members: readonly Member[];
}

export function createTraffic(config: TrafficConfig): Traffic {
  let members = config.members;

  async function tell(path: string, body: object, timeoutMs: number): Promise<string | null> {
    try {
      const answer = await request(`http://127.0.0.1:${config.gatewayPort}${path}`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization: `Bearer ${config.supervisorToken}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body.dump();
      return answer.statusCode === 200 ? null : `status ${answer.statusCode}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function takeMembers(next: readonly Member[]): Promise<TrafficChange> {
    const why = await tell("/internal/replicas", { replicas: next }, MEMBERS_TIMEOUT_MS);
    if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the replicas: ${why}` };
    members = next;
    return { ok: true, weights: sharesOf(members) };
  }

  const pathOf = (service: string): PathName => members.find((one) => one.service === service)?.path ?? PRIMARY;

  return {
    members: () => members,
    weights: () => sharesOf(members),
    async setWeights(asked) {
      const refusal = refusalOf(members, asked);
      if (refusal !== undefined) return refusal;
      const next = members.map((one) => ({ ...one, weight: asked[one.replica] ?? one.weight }));
      const why = await tell("/internal/weights", { weights: sharesOf(next) }, WEIGHTS_TIMEOUT_MS);
      if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the weights: ${why}` };
      members = next;
      return { ok: true, weights: sharesOf(members) };
    },
    pathOf,
    async route(service, path) {
      const own = members.filter((one) => one.service === service);
      const without = own.filter(({ alternative }) => alternative === undefined).map(({ replica }) => replica);
      if (own.length === 0) return { ok: false, status: 409, reason: `the gateway does not call ${service}` };
      if (without.length > 0) {
        return { ok: false, status: 409, reason: `there is no other way to ${without.join(", ")}` };
      }
      return takeMembers(members.map((one) => (one.service === service ? { ...one, path } : one)));
    },
    join: (member) => {
      const others = members.filter((one) => one.replica !== member.replica);
      return takeMembers([...others, { ...member, path: pathOf(member.service) }]);
    },
    async leave(replica) {
      const service = members.find((one) => one.replica === replica)?.service;
      const next = members.filter((one) => one.replica !== replica);
      if (!next.some((one) => one.service === service && one.weight > 0)) {
        return { ok: false, status: 409, reason: `${replica} is the last of its service that takes traffic` };
      }
      return takeMembers(next);
    },
  };
}

function sharesOf(members: readonly Member[]): Shares {
  const balanced = members.filter((one) => one.service !== ALONE);
  return Object.fromEntries(balanced.map(({ replica, weight }) => [replica, weight]));
}

/** Why a change of weights must not be made, or undefined. Pure. */
export function refusalOf(
  members: readonly Pick<Member, "service" | "replica" | "weight">[],
  asked: Shares,
): Extract<TrafficChange, { ok: false }> | undefined {
  const balanced = members.filter((one) => one.service !== ALONE);
  const known = balanced.map((one) => one.replica);
  const unknown = Object.keys(asked).filter((replica) => !known.includes(replica));
  if (unknown.length > 0 || Object.keys(asked).length === 0) {
    const found = unknown.length > 0 ? `unknown replica ${unknown.join(", ")}` : "no replica named";
    return { ok: false, status: 400, reason: `${found}; expected some of ${known.join(", ")}` };
  }
  const next = balanced.map((one) => ({ ...one, weight: asked[one.replica] ?? one.weight }));
  const drained = [...new Set(next.map((one) => one.service))].filter((service) =>
    next.filter((one) => one.service === service).every((one) => one.weight === 0),
  );
  if (drained.length === 0) return undefined;
  return { ok: false, status: 409, reason: `that would drain every replica of ${drained.join(", ")}` };
}
