// Asking a service: one replica by weight, and at most one other when the first could not be reached or broke before
// the first byte. There is no hedging: a slow replica must be felt, or nobody would ever repair it.

import type { Balancer } from "./balancer.ts";
import { UpstreamFailure } from "./upstream.ts";

/** No replica of the service has a weight above 0. */
export class NobodyToAsk extends Error {
  constructor() {
    super("every replica of the service is drained");
    this.name = "NobodyToAsk";
  }
}

/** Calls `ask` with a replica, and once more with another when {@link UpstreamFailure} says that it may be retried. */
export async function askWithOneRetry<T>(
  balancer: Balancer,
  ask: (replica: string) => Promise<T>,
  onRetry: (failed: string, next: string) => void,
): Promise<T> {
  const first = balancer.pick();
  if (first === undefined) throw new NobodyToAsk();
  try {
    return await ask(first);
  } catch (error) {
    if (!(error instanceof UpstreamFailure) || !error.mayRetry) throw error;
    const other = balancer.pick(new Set([first]));
    if (other === undefined) throw error;
    onRetry(first, other);
    return ask(other);
  }
}
