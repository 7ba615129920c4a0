// Shares of traffic, as last set. The supervisor keeps them, because a restarted gateway must get those of now.

import { request } from "undici";
import { INFERENCE_IDS, VECTOR_IDS } from "../config.ts";
import { serviceOf } from "./specs.ts";

/** Services whose replicas share traffic. */
const BALANCED = [...VECTOR_IDS, ...INFERENCE_IDS] as const;

export type WeightsChange =
  | { readonly ok: true; readonly weights: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly status: 400 | 409 | 502; readonly reason: string };

export interface Weights {
  current(): Readonly<Record<string, number>>;
  /** Tells the gateway and, once it agrees, remembers. Refuses (409) to drain every replica of a service. */
  change(asked: Readonly<Record<string, number>>): Promise<WeightsChange>;
}

const TELL_TIMEOUT_MS = 3000;

/** All replicas start at 1. */
export function createWeights(gatewayPort: number, supervisorToken: string): Weights {
  let weights: Record<string, number> = Object.fromEntries(BALANCED.map((replica) => [replica, 1]));

  async function change(asked: Readonly<Record<string, number>>): Promise<WeightsChange> {
    const refusal = refusalOf(weights, asked);
    if (refusal !== undefined) return refusal;
    const next = { ...weights, ...asked };
    try {
      const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/weights`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization: `Bearer ${supervisorToken}` },
        body: JSON.stringify({ weights: next }),
        signal: AbortSignal.timeout(TELL_TIMEOUT_MS),
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, status: 502, reason: `the gateway did not take the weights: ${why}` };
    }
    weights = next;
    return { ok: true, weights };
  }

  return { current: () => weights, change };
}

/** Why a change must not be made, or undefined. Pure. */
export function refusalOf(
  current: Readonly<Record<string, number>>,
  asked: Readonly<Record<string, number>>,
): Extract<WeightsChange, { ok: false }> | undefined {
  const unknown = Object.keys(asked).filter((replica) => !(replica in current));
  if (unknown.length > 0 || Object.keys(asked).length === 0) {
    const found = unknown.length > 0 ? `unknown replica ${unknown.join(", ")}` : "no replica named";
    return { ok: false, status: 400, reason: `${found}; expected some of ${Object.keys(current).join(", ")}` };
  }
  const next = { ...current, ...asked };
  const drained = [...new Set(BALANCED.map(serviceOf))].filter((service) =>
    BALANCED.filter((replica) => serviceOf(replica) === service).every((replica) => next[replica] === 0),
  );
  if (drained.length === 0) return undefined;
  return { ok: false, status: 409, reason: `that would drain every replica of ${drained.join(", ")}` };
}
