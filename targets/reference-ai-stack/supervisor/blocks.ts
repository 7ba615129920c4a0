// Which sources the gateway turns away, and until when. The supervisor keeps them, because a restarted gateway must
// know those of now; each goes by itself when its time is over, at the gateway also where nobody is left to say so.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";

const RULE = {
  /** A source that is blocked again so soon after its last block began, ms, is for twice as long, up to the longest. */
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
  block(asked: Times, expired: Expired): Promise<BlockChange>;
  /**
   * Each with the end of the block that is meant, ms, or 0 for whichever it is: a block that ends later than the one
   * that is meant is another one, and stays. Harmless for a source that is not blocked.
   */
  unblock(ends: Times): Promise<BlockChange>;
  /** Nobody hears of the end of a block any more. */
  end(): void;
}

/** `until`: the end of the block that is over, ms. */
type Expired = (source: string, until: number) => Promise<unknown>;

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
  /** Who was blocked within the hour, and how often in a row; the one that was not for longest is first. */
  const before = new Map<string, { readonly count: number; readonly at: number }>();
  let isOver = false;

  function left(): Times {
    const at = now();
    return Object.fromEntries(
      [...blocked].flatMap(([source, { until }]) => (until > at ? [[source, until - at] as const] : [])),
    );
  }
  function forgetOld(): void {
    const at = now();
    for (const [source, known] of before) if (at - known.at > RULE.againWithinMs) before.delete(source);
    for (const [source, { until }] of blocked) if (until <= at) blocked.delete(source);
  }
  function lengthOf(source: string, askedMs: number): number {
    return Math.min(RULE.longestMs, askedMs * 2 ** (before.get(source)?.count ?? 0));
  }
  function take(source: string, forMs: number, expired: Expired): void {
    blocked.get(source)?.ending.abort();
    const block = { until: now() + forMs, ending: new AbortController() };
    blocked.set(source, block);
    const count = (before.get(source)?.count ?? 0) + 1;
    before.delete(source);
    before.set(source, { count, at: now() });
    if (!isOver) void tellOfEnd(source, forMs, block, expired);
  }
  /** Never rejects. */
  async function tellOfEnd(source: string, forMs: number, { until, ending }: Block, expired: Expired): Promise<void> {
    try {
      await sleep(forMs, ending.signal);
      if (!isOver) await expired(source, until);
    } catch (error) {
      if (ending.signal.aborted) return;
      log.warn("the end of a block was not told; the gateway ends it by itself", { source, reason: messageOf(error) });
    }
  }

  return {
    left,
    async block(asked, expired) {
      forgetOld();
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
    async unblock(ends) {
      const isMeant = (source: string): boolean => {
        const [end, until] = [ends[source], blocked.get(source)?.until];
        return end !== undefined && (end === 0 || until === undefined || until <= end);
      };
      const sources = Object.keys(ends).filter(isMeant);
      const all = Object.fromEntries(Object.entries(left()).filter(([source]) => !sources.includes(source)));
      if (sources.length === 0) return { ok: true, blockedMs: all };
      const why = await tell(parts, all);
      if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the blocks: ${why}` };
      for (const source of sources) {
        blocked.get(source)?.ending.abort();
        blocked.delete(source);
      }
      return { ok: true, blockedMs: all };
    },
    end() {
      isOver = true;
      for (const { ending } of blocked.values()) ending.abort();
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
