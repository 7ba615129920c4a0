// A backend that was ejected for failing gets its share back once it answers again: a real question through the
// gateway's own edge, answered whole several times in a row. Its health path proves nothing: it was green all the time.

import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import type { Logger } from "../common/log.ts";
import type { Traffic } from "./traffic.ts";

/** Whole answers in a row that prove it: of a backend that fails half of them one in 32 tries is this lucky. */
const ANSWERS = 5;
const EVERY_MS = 1000;
/** A pause doubles after each answer that was not whole, up to this many times the first. */
const LONGEST = 32;
/** One that was given its share back and is ejected again within this waits twice as long as the time before, ms. */
const AGAIN_WITHIN_MS = 600_000;
const ANSWER_WITHIN_MS = 15_000;

export interface Readmission {
  readonly replica: string;
  /** The share that it gets back. */
  readonly share: number;
  readonly traffic: Pick<Traffic, "weights">;
  readonly gatewayPort: number;
  /** The supervisor's towards the gateway. */
  readonly token: string;
  /** Gives the share back, as an operation that leaves its trace; what it did not do, in words, or null. */
  readonly readmit: () => Promise<string | null>;
  readonly log: Logger;
  readonly everyMs?: number;
  /** Waits, and rejects once the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const sleepUnheld = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { ref: false, signal });

/** What is known of one replica: the watch that runs, and how often it came back only to be ejected again. */
interface Watched {
  running: AbortController | null;
  returns: number;
  returnedAt: number;
}

/** Each stack's own: its traffic is what is watched over. */
const watches = new WeakMap<object, Map<string, Watched>>();

/**
 * Resolves once it has its share back, or somebody else has decided on its share, or it is gone. Never rejects. A watch
 * that runs already goes on alone.
 */
export async function putBackWhenWell(asked: Readmission): Promise<void> {
  const { replica, traffic, readmit, log, everyMs = EVERY_MS, sleep = sleepUnheld } = asked;
  const watched = watchedOf(traffic, replica);
  if (watched.running !== null) return;
  const { signal } = (watched.running = new AbortController());
  if (performance.now() - watched.returnedAt > AGAIN_WITHIN_MS) watched.returns = 0;
  const firstMs = Math.min(LONGEST, 2 ** watched.returns) * everyMs;
  const isOut = (): boolean => !signal.aborted && traffic.weights()[replica] === 0;
  try {
    let waitMs = firstMs;
    for (let good = 0; good < ANSWERS;) {
      await sleep(waitMs, signal);
      if (!isOut()) return;
      const isWhole = await answers(asked);
      good = isWhole ? good + 1 : 0;
      waitMs = isWhole ? firstMs : Math.min(2 * waitMs, LONGEST * everyMs);
    }
    if (!isOut()) return;
    const refusal = await readmit();
    if (refusal !== null) log.warn("an ejected backend was not put back", { replica, reason: refusal });
    else Object.assign(watched, { returns: watched.returns + 1, returnedAt: performance.now() });
  } catch (error) {
    if (!signal.aborted) log.warn("an ejected backend was not put back", { replica, reason: String(error) });
  } finally {
    watched.running = null;
  }
}

/** Somebody else has decided on the shares of these replicas, if it be that they stay as they are. */
export function endReadmissions(traffic: Pick<Traffic, "weights">, replicas: readonly string[]): void {
  for (const replica of replicas) watches.get(traffic)?.get(replica)?.running?.abort();
}

function watchedOf(traffic: object, replica: string): Watched {
  const all = watches.get(traffic) ?? new Map<string, Watched>();
  watches.set(traffic, all);
  const watched = all.get(replica) ?? { running: null, returns: 0, returnedAt: -Infinity };
  all.set(replica, watched);
  return watched;
}

async function answers({ replica, gatewayPort, token }: Readmission): Promise<boolean> {
  try {
    const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/check`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ upstream: replica, question: true }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return ((await answer.body.json()) as { readonly ok?: unknown }).ok === true;
  } catch {
    return false;
  }
}
