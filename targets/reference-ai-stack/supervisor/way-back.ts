// From an alternative way back to the primary, without flapping: since the reroute the primary must have been whole,
// that is answered and not slow beside the alternative, for a hold, which doubles with each time that it was lost. A
// link that comes and goes faster than the hold is never gone back to.

import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";
import { PRIMARY } from "../common/members.ts";
import { NUMBERS } from "../healer/numbers.ts";
import type { Traffic } from "./traffic.ts";

export const WAY_BACK = {
  /** After its first loss, ms: longer than routes, leases and plugs usually take to settle. */
  firstHoldMs: 30_000,
  longestHoldMs: 300_000,
  /** A primary that was in use without a loss for so long since the last return, ms, begins at the first hold again. */
  forgetMs: 600_000,
  everyMs: 500,
  withinMs: 2000,
  /** A primary that answers so much later than the alternative, ms, is not whole, as the healer judges it. */
  slowerMs: NUMBERS.path.slowerMs,
} as const;

/** Where a wait for the primary stands. */
export interface Waiting {
  /** How often it was lost, the loss that began it included. */
  readonly losses: number;
  /** For how long it had been whole at the last look, ms. */
  readonly wholeMs: number;
}

/** What follows from one more look. Whole for less long than before: it was lost in between. Pure. */
export function afterLook({ losses, wholeMs: before }: Waiting, wholeMs: number): Waiting {
  return { losses: wholeMs < before ? losses + 1 : losses, wholeMs };
}

/** For so long it must have been whole, ms. */
export function holdMs({ losses }: Pick<Waiting, "losses">): number {
  return Math.min(WAY_BACK.longestHoldMs, WAY_BACK.firstHoldMs * 2 ** Math.max(0, losses - 1));
}

interface WayBack {
  readonly service: string;
  readonly traffic: Pick<Traffic, "pathOf">;
  readonly gatewayPort: number;
  /** Routes by the primary, as an operation that leaves its trace; what it did not do, in words, or null. */
  readonly back: () => Promise<string | null>;
  readonly log: Logger;
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long the primary has been whole at each replica, ms; null: nobody could say. */
  readonly look?: () => Promise<number | null>;
}

/** What is known of one service's primary. */
interface Known {
  running: AbortController | null;
  losses: number;
  returnedAt: number;
}

/** Each stack's own: its traffic is what is routed. */
const known = new WeakMap<object, Map<string, Known>>();

/** Resolves once the primary is in use again, by its own doing or somebody else's. Never rejects. */
export async function goBackWhenWhole(asked: WayBack): Promise<void> {
  const { service, traffic, back, log, now = () => performance.now(), sleep = sleepUnheld } = asked;
  const look = asked.look ?? (() => primaryWholeMs(asked));
  const mine = knownOf(traffic, service);
  if (mine.running !== null) return;
  const running = (mine.running = new AbortController());
  const earlier = now() - mine.returnedAt > WAY_BACK.forgetMs ? 0 : mine.losses;
  let waiting: Waiting = { losses: earlier + 1, wholeMs: 0 };
  let badUntil = now();
  try {
    while (!running.signal.aborted) {
      await sleep(WAY_BACK.everyMs, running.signal);
      const wholeMs = await look();
      if (running.signal.aborted || traffic.pathOf(service) === PRIMARY) break;
      if (wholeMs === null) continue;
      // What was answered before the reroute, or slowly, is no part of the hold.
      if (wholeMs === 0) badUntil = now();
      waiting = afterLook(waiting, Math.min(wholeMs, now() - badUntil));
      mine.losses = waiting.losses;
      if (waiting.wholeMs < holdMs(waiting)) continue;
      const refusal = await back().catch(messageOf);
      if (refusal === null) break;
      log.warn("the primary way was not taken again", { service, reason: refusal });
    }
  } catch (error) {
    if (!running.signal.aborted) log.warn("the wait for the primary way ended", { service, reason: messageOf(error) });
  } finally {
    mine.returnedAt = now();
    if (mine.running === running) mine.running = null;
  }
}

/** Somebody has decided on the way. */
export function endWayBack(traffic: object, service: string): void {
  const mine = known.get(traffic)?.get(service);
  mine?.running?.abort();
  if (mine !== undefined) mine.running = null;
}

const sleepUnheld = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { ref: false, signal });

function knownOf(traffic: object, service: string): Known {
  const all = known.get(traffic) ?? new Map<string, Known>();
  known.set(traffic, all);
  const mine = all.get(service) ?? { running: null, losses: 0, returnedAt: -Infinity };
  all.set(service, mine);
  return mine;
}

interface SeenPath {
  readonly path: string;
  readonly ms: number | null;
  readonly wholeMs: number;
}

interface Seen {
  readonly upstreams: readonly { readonly service: string; readonly paths?: readonly SeenPath[] }[];
}

async function primaryWholeMs({ service, gatewayPort }: WayBack): Promise<number | null> {
  try {
    const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/upstreams?back=1`, {
      signal: AbortSignal.timeout(WAY_BACK.withinMs),
    });
    const { upstreams } = (await answer.body.json()) as Seen;
    const whole = upstreams.filter((one) => one.service === service).flatMap(({ paths = [] }) => wholeOf(paths));
    return whole.length === 0 ? null : Math.min(...whole);
  } catch {
    return null;
  }
}

/** For how long the primary to one replica has been whole, ms: not at all while it is slow. Empty: there is none. */
export function wholeOf(paths: readonly SeenPath[]): readonly number[] {
  const primary = paths.find(({ path }) => path === PRIMARY);
  const other = paths.find(({ path }) => path !== PRIMARY);
  if (primary === undefined) return [];
  const otherMs = other?.ms ?? Infinity;
  const isSlow = primary.ms !== null && primary.ms >= otherMs + WAY_BACK.slowerMs;
  return [isSlow ? 0 : primary.wholeMs];
}
