// Which sources the gateway turns away, and until when. The supervisor keeps them, because a restarted gateway must
// know those of now; each goes by itself when its time is over, at the gateway also where nobody is left to say so.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";
import { whySpared } from "../common/spared-sources.ts";

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
  | { readonly ok: true; readonly blockedMs: Times; readonly leftOut?: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly status: 409 | 502; readonly reason: string };

export interface Blocks {
  /** Who is blocked, for how long yet, ms. */
  left(): Times;
  /**
   * Blocks each for so long, ms, or longer where it was blocked before; `leftOut`: those that are not, each with why.
   * Refused where none is left. `expired`: called for each at its end.
   */
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
  const { trustedHops, log, now = () => performance.now() } = parts;
  const blocked = new Map<string, Block>();
  const tally = createTally(now);
  let isOver = false;

  function left(): Times {
    const at = now();
    const present = [...blocked].filter(([, { until }]) => until > at);
    return Object.fromEntries(present.map(([source, { until }]) => [source, until - at]));
  }
  function take(source: string, forMs: number, expired: Expired): void {
    blocked.get(source)?.ending.abort();
    const block = { until: now() + forMs, ending: new AbortController() };
    blocked.set(source, block);
    tally.note(source);
    if (isOver) return;
    void tellOfEnd(parts, { source, forMs, block, expired }).finally(() => {
      if (blocked.get(source) === block) blocked.delete(source);
    });
  }

  return {
    left,
    async block(asked, expired) {
      const present = left();
      const { fitting, leftOut } = fittingOf(Object.keys(asked), present, trustedHops);
      if (fitting.length === 0) return { ok: false, status: 409, reason: `nobody is blocked: ${inWords(leftOut)}` };
      const next = fitting.map((source) => [source, tally.lengthOf(source, asked[source] ?? 0)] as const);
      const all = { ...present, ...Object.fromEntries(next) };
      const why = await tell(parts, all);
      if (why !== null) return { ok: false, status: 502, reason: `the gateway did not take the blocks: ${why}` };
      for (const [source, ms] of next) take(source, ms, expired);
      log.info("sources are blocked", { sources: fitting.join(", "), blocked: Object.keys(all).length });
      return { ok: true, blockedMs: Object.fromEntries(next), leftOut };
    },
    async unblock(ends) {
      const sources = Object.keys(ends).filter((source) => isMeant(blocked.get(source), ends[source]));
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

interface Ending {
  readonly source: string;
  readonly forMs: number;
  readonly block: Block;
  readonly expired: Expired;
}

/** Waits until the block is over, and tells; nothing where it was ended before. Never rejects. */
async function tellOfEnd(
  { log, sleep = sleepUnheld }: Pick<BlocksParts, "log" | "sleep">,
  { source, forMs, block, expired }: Ending,
): Promise<void> {
  const { signal } = block.ending;
  try {
    await sleep(forMs, signal);
    if (!signal.aborted) await expired(source, block.until);
  } catch (error) {
    if (signal.aborted) return;
    const reason = messageOf(error);
    log.warn("the end of a block was not told; the gateway ends it by itself", { source, reason });
  }
}

/** Whether this block is the one that ends then; 0: whichever it is. */
function isMeant(block: Block | undefined, end = 0): boolean {
  return end === 0 || block === undefined || block.until <= end;
}

/** How often each source was blocked in a row, none more than an hour after the one before. */
function createTally(now: () => number) {
  /** The one that was not blocked for longest is first. */
  const before = new Map<string, { readonly count: number; readonly at: number }>();
  function countOf(source: string): number {
    for (const [old, { at }] of before) {
      if (now() - at <= RULE.againWithinMs) break;
      before.delete(old);
    }
    return before.get(source)?.count ?? 0;
  }
  return {
    lengthOf: (source: string, askedMs: number): number => Math.min(RULE.longestMs, askedMs * 2 ** countOf(source)),
    note(source: string): void {
      const count = countOf(source) + 1;
      before.delete(source);
      before.set(source, { count, at: now() });
    },
  };
}

/** Who of these can be blocked beside those of the present, the first first, and why the others are not. */
function fittingOf(asked: readonly string[], present: Times, trustedHops: readonly string[]) {
  const fitting: string[] = [];
  const leftOut: Record<string, string> = {};
  let room = RULE.most - Object.keys(present).length;
  for (const source of asked) {
    const needs = present[source] === undefined ? 1 : 0;
    const why = whySpared(source, trustedHops) ?? (needs > room ? `${RULE.most} are blocked at most` : null);
    if (why !== null) {
      leftOut[source] = why;
      continue;
    }
    fitting.push(source);
    room -= needs;
  }
  return { fitting, leftOut };
}

function inWords(leftOut: Readonly<Record<string, string>>): string {
  const said = Object.entries(leftOut).map(([source, why]) => `${source}: ${why}`);
  return said.join("; ").slice(0, 400);
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
