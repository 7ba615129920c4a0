// Which sources the gateway turns away, and until when. The supervisor keeps them, because a restarted gateway must
// know those of now; each goes by itself when its time is over, at the gateway also where nobody is left to say so.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";

const RULE = {
  /** A source that is blocked again within this, ms, is blocked twice as long as the time before, up to the longest. */
  againWithinMs: 3_600_000,
  longestMs: 900_000,
  timeoutMs: 3000,
  /** So many at once: a list without an end would be a block of everybody. */
  most: 64,
} as const;

/** Sources, and ms. */
type Times = Readonly<Record<string, number>>;

type BlockChange =
  | { readonly ok: true; readonly blockedMs: Times }
  | { readonly ok: false; readonly status: 409 | 502; readonly reason: string };

export interface Blocks {
  /** Who is blocked, for how long yet, ms. */
  left(): Times;
  /** Blocks each for so long, ms, or longer where it was blocked before. `expired`: called for each at its end. */
  block(asked: Times, expired: (source: string) => void): Promise<BlockChange>;
  /** Harmless for one that is not blocked. */
  unblock(sources: readonly string[]): Promise<BlockChange>;
}

export interface BlocksParts {
  readonly gatewayPort: number;
  readonly supervisorToken: string;
  /** Hops before the gateway: to block one would be to block everybody behind it. */
  readonly trustedHops: readonly string[];
  readonly log: Logger;
  readonly now?: () => number;
  /** Waits, and rejects once the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const sleepUnheld = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { ref: false, signal });

interface Block {
  readonly until: number;
  readonly ending: AbortController;
}

/** Nobody is blocked at first. */
export function createBlocks(parts: BlocksParts): Blocks {
  const { trustedHops, log, now = () => performance.now(), sleep = sleepUnheld } = parts;
  const blocked = new Map<string, Block>();
  const before = new Map<string, { readonly count: number; readonly at: number }>();

  function left(): Times {
    const at = now();
    return Object.fromEntries(
      [...blocked].flatMap(([source, { until }]) => (until > at ? [[source, until - at] as const] : [])),
    );
  }
  function lengthOf(source: string, askedMs: number): number {
    const known = before.get(source);
    const count = known === undefined || now() - known.at > RULE.againWithinMs ? 0 : known.count;
    return Math.min(RULE.longestMs, askedMs * 2 ** count);
  }
  function take(source: string, forMs: number, expired: (source: string) => void): void {
    blocked.get(source)?.ending.abort();
    const ending = new AbortController();
    blocked.set(source, { until: now() + forMs, ending });
    before.set(source, { count: (before.get(source)?.count ?? 0) + 1, at: now() });
    sleep(forMs, ending.signal).then(
      () => expired(source),
      () => undefined,
    );
  }

  return {
    left,
    async block(asked, expired) {
      const hops = Object.keys(asked).filter((source) => trustedHops.includes(source));
      const next = Object.entries(asked).map(([source, ms]) => [source, lengthOf(source, ms)] as const);
      const all = { ...left(), ...Object.fromEntries(next) };
      if (hops.length > 0) return { ok: false, status: 409, reason: `everybody comes through ${hops.join(", ")}` };
      if (Object.keys(all).length > RULE.most) {
        return { ok: false, status: 409, reason: `at most ${RULE.most} sources may be blocked at once` };
      }
      const why = await tell(parts, all);
      if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the blocks: ${why}` };
      for (const [source, ms] of next) take(source, ms, expired);
      log.info("sources are blocked", { sources: Object.keys(asked).join(", "), blocked: Object.keys(all).length });
      return { ok: true, blockedMs: Object.fromEntries(next) };
    },
    async unblock(sources) {
      const all = Object.fromEntries(Object.entries(left()).filter(([source]) => !sources.includes(source)));
      const why = await tell(parts, all);
      if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the blocks: ${why}` };
      for (const source of sources) {
        blocked.get(source)?.ending.abort();
        blocked.delete(source);
      }
      return { ok: true, blockedMs: all };
    },
  };
}

/** Null, or why the gateway blocks others than these. */
async function tell({ gatewayPort, supervisorToken }: BlocksParts, sources: Times): Promise<string | null> {
  try {
    const answer = await request(`http://127.0.0.1:${gatewayPort}/internal/sources`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${supervisorToken}` },
      body: JSON.stringify({ sources }),
      signal: AbortSignal.timeout(RULE.timeoutMs),
    });
    await answer.body.dump();
    if (answer.statusCode === 404) return "nobody has an account there";
    return answer.statusCode === 200 ? null : `status ${answer.statusCode}`;
  } catch (error) {
    return messageOf(error);
  }
}
