// Asking a service: one replica by weight, and others, as far as the request's budget goes, when it cannot be reached,
// is full, fails, or breaks off before anything of its answer was passed on; not when it is late, or refuses.
// There is no hedging: a slow replica must be felt, or nobody would repair it.

import type { Balancer } from "./balancer.ts";
import type { RotationView } from "./rotation.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

/** Retries of one user's request, over all services that it needs. */
const RETRIES = 2;

/** No replica of the service has a weight above 0. */
export class NobodyToAsk extends Error {
  constructor() {
    super("every replica of the service is drained");
    this.name = "NobodyToAsk";
  }
}

/** No replica that was asked has it, and one that could not be asked may have it. */
export class NotKnown extends Error {
  constructor(unasked: readonly string[]) {
    super(`not known: nobody who was asked has it, and ${unasked.join(" and ")} could not be asked`);
    this.name = "NotKnown";
  }
}

/** What is left of the retries of one user's request; every service draws on the same. */
export interface RetryBudget {
  /** Takes one; false when none is left. */
  spend(): boolean;
  /** Has any been taken? */
  readonly isTouched: boolean;
}

/** A full budget. */
export function retryBudget(): RetryBudget {
  let left = RETRIES;
  return {
    spend: () => left > 0 && (left -= 1) >= 0,
    get isTouched() {
      return left < RETRIES;
    },
  };
}

/** The replicas of one service. */
export interface Pool {
  readonly balancer: Balancer;
  /** Of every replica that the gateway calls. */
  places(): ReadonlyMap<string, RotationView>;
  /** All of the service, drained ones too. */
  replicas(): readonly string[];
}

export interface Asking {
  readonly budget: RetryBudget;
  readonly onRetry: () => void;
}

/**
 * Calls `ask` with one replica after the other, as long as {@link UpstreamFailure} says that another may be asked and
 * the budget lasts. Throws the last failure; {@link NobodyToAsk} when all are drained.
 */
export async function askInTurn<T>(
  pool: Pool,
  { budget, onRetry }: Asking,
  ask: (replica: string) => Promise<T>,
): Promise<T> {
  const tried = new Set<string>();
  let replica = first(pool);
  for (;;) {
    try {
      return await ask(replica);
    } catch (error) {
      if (!(error instanceof UpstreamFailure) || !error.mayRetry) throw error;
      tried.add(replica);
      const other = pool.balancer.pick(new Set([...tried, ...outOf(pool)]));
      if (other === undefined || !budget.spend()) throw soonest(error, pool);
      onRetry();
      replica = other;
    }
  }
}

/**
 * Asks for what one replica may have and another may lack: by weight, and who lacks it (undefined) before each of those
 * that are in rotation. Undefined: every replica was asked, and none has it. Throws {@link NotKnown} where one could
 * not be asked, else as {@link askInTurn} does.
 */
export async function askUntilFound<T>(
  pool: Pool,
  asking: Asking,
  ask: (replica: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const lacking = new Set<string>();
  const asked = async (replica: string): Promise<T | undefined> => {
    const found = await ask(replica);
    if (found === undefined) lacking.add(replica);
    return found;
  };
  const found = await askInTurn(pool, asking, asked);
  if (found !== undefined) return found;
  const failed = new Set<string>();
  for (;;) {
    const sibling = pool.balancer.pick(new Set([...lacking, ...failed, ...outOf(pool)]));
    if (sibling === undefined) break;
    try {
      const found = await asked(sibling);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      failed.add(sibling);
    }
  }
  const unasked = pool.replicas().filter((replica) => !lacking.has(replica));
  if (unasked.length > 0) throw new NotKnown(unasked);
  return undefined;
}

/** By weight among those in rotation. Without any, who is left out is better than nobody, if it may be asked. */
function first(pool: Pool): string {
  const places = [...pool.places()];
  const held = places.filter(([, { heldMs }]) => heldMs > 0);
  const holding = new Set(held.map(([replica]) => replica));
  const picked = pool.balancer.pick(outOf(pool)) ?? pool.balancer.pick(holding);
  if (picked !== undefined) return picked;
  const waits = held.filter(([replica]) => pool.balancer.weight(replica) > 0).map(([, { heldMs }]) => heldMs);
  if (waits.length === 0) throw new NobodyToAsk();
  const answer = { status: 429, retryAfterMs: Math.min(...waits) };
  throw new UpstreamFailure("every replica", "status", "asked to be left alone for a while", answer);
}

function outOf(pool: Pool): Set<string> {
  const out = [...pool.places()].filter(([, { ejected, heldMs }]) => ejected || heldMs > 0);
  return new Set(out.map(([replica]) => replica));
}

/** Who is turned away may come again when the first replica is free again, and not when the one asked last is. */
function soonest(error: UpstreamFailure, pool: Pool): UpstreamFailure {
  const { replica, kind, status, retryAfterMs } = error;
  if (status === undefined || retryAfterMs === undefined) return error;
  const waits = [...pool.places()].filter(([one]) => pool.balancer.weight(one) > 0).map(([, { heldMs }]) => heldMs);
  const answer = { status, retryAfterMs: Math.min(...waits) };
  return new UpstreamFailure(replica, kind, error.message.slice(replica.length + 2), answer);
}
