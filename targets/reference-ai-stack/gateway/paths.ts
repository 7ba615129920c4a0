// The ways to one replica: a primary, and an alternative where there is one. Requests go by the one in use; both are
// tried all the time by a small request, so that whoever decides knows of each whether it leads there, and how fast.
// Nothing here changes the way by itself.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type Pool } from "undici";
import { ALTERNATIVE, PRIMARY, type Member, type PathName } from "../common/members.ts";

/** How ways are tried. */
export const TRIES = {
  /** The first tries are made this long after the start, ms: a stack that starts is left alone. */
  firstMs: 2000,
  /** The way in use is tried this often, ms, and each way while one is missed. */
  everyMs: 250,
  /** The way that is not in use is tried this often, ms, while both are well. */
  idleMs: 1000,
  /** A try that has no answer by then is a miss, ms: 20 times what an inference replica needs on a busy machine. */
  withinMs: 400,
  /** Where a request was cut off, the next tries follow at once, but not closer than this, ms. */
  leastMs: 50,
  /** How far the mean of the times follows each. */
  follows: 0.3,
} as const;

/** What is known of one way. */
export interface PathView {
  readonly path: PathName;
  readonly inUse: boolean;
  /** Tries in a row that were not answered. Any answer counts, whatever it says: then the way leads there. */
  readonly misses: number;
  /** How long an answered try takes lately, ms (a mean that follows by 0.3); null: none was answered yet. */
  readonly ms: number | null;
  /** Every try was answered for so long, ms; 0: the last one was not, or there was none. */
  readonly wholeMs: number;
}

/** The ways to a member, the usual one first. */
export function waysTo({ address, alternative }: Pick<Member, "address" | "alternative">): readonly Way[] {
  const usual: Way = { path: PRIMARY, address, latencyMs: 0 };
  return alternative === undefined ? [usual] : [usual, { path: ALTERNATIVE, ...alternative }];
}

/** One way as it is given. */
export interface Way {
  readonly path: PathName;
  /** host:port. */
  readonly address: string;
  /** Each request waits for so long before it is sent, ms: the way is longer. */
  readonly latencyMs: number;
}

export interface Paths {
  /** Connections of the way in use. */
  pool(): Pool;
  /** Resolves when a request may be sent on the way in use; rejects with the signal. */
  sendable(signal: AbortSignal): Promise<void>;
  /** Aborted when the way in use of now is given up. */
  leaving(): AbortSignal;
  /** True: it is another one from now on. */
  use(path: PathName): boolean;
  views(): readonly PathView[];
  /** A request was cut off: the ways are tried now. */
  suspect(): void;
  /** Lets what is under way come to its end. */
  end(): Promise<void>;
  destroy(): Promise<void>;
}

interface Known extends Omit<Way, "address"> {
  readonly pool: Pool;
  readonly tries: Client;
  misses: number;
  ms: number | null;
  wholeSince: number | null;
  triedAt: number;
  underWay: boolean;
}

type Rule = Readonly<Record<keyof typeof TRIES, number>>;

/** Opens nothing yet; a replica with one way is not tried at all. `open`: makes the connections to an address. */
export function createPaths(ways: readonly Way[], open: (address: string) => Pool, rule: Rule = TRIES): Paths {
  const all = ways.map(({ address, ...way }): Known => {
    // On connections of their own: one that users' requests have may be cut when it is used next.
    const tries = new Client(`http://${address}`, { connect: { timeout: rule.withinMs } });
    const unknown = { misses: 0, ms: null, wholeSince: null, triedAt: 0, underWay: false };
    return { ...way, pool: open(address), tries, ...unknown };
  });
  let inUse: Known | undefined = all[0];
  let left = new AbortController();
  const tries = all.length > 1 ? startTries(all, (one) => one === inUse, rule) : undefined;

  const finish = async (how: (pool: Pool) => Promise<void>): Promise<void> => {
    tries?.stop();
    await Promise.all(all.flatMap(({ pool, tries: own }) => [how(pool), own.destroy()]));
  };

  return {
    pool() {
      if (inUse === undefined) throw new Error("no way leads there");
      return inUse.pool;
    },
    sendable: async (signal) => {
      if (inUse !== undefined && inUse.latencyMs > 0) await pause(inUse.latencyMs, undefined, { signal });
    },
    leaving: () => left.signal,
    use(path) {
      const wanted = all.find((one) => one.path === path);
      if (wanted === undefined || wanted === inUse) return false;
      inUse = wanted;
      left.abort();
      left = new AbortController();
      return true;
    },
    views: () => (all.length < 2 ? [] : all.map((one) => viewOf(one, one === inUse))),
    suspect: () => tries?.now(),
    end: () => finish((pool) => pool.close()),
    destroy: () => finish((pool) => pool.destroy()),
  };
}

function viewOf({ path, misses, ms, wholeSince }: Known, inUse: boolean): PathView {
  return {
    path,
    inUse,
    misses,
    ms: ms === null ? null : Math.round(ms * 100) / 100,
    wholeMs: wholeSince === null ? 0 : Math.round(performance.now() - wholeSince),
  };
}

/** Tries all of them again and again. `now`: tries them at once, unless they were tried just now. */
function startTries(
  all: readonly Known[],
  isInUse: (one: Known) => boolean,
  rule: Rule,
): { readonly now: () => void; readonly stop: () => void } {
  const startedAt = performance.now();
  let isOver = false;
  let timer = setTimeout(turn, rule.firstMs).unref();

  /** `atOnce`: both are tried, whenever that was done last. */
  function turn(atOnce = false): void {
    if (isOver) return;
    timer = setTimeout(turn, rule.everyMs).unref();
    const isCalm = all.every(({ misses }) => misses === 0);
    const now = performance.now();
    for (const one of all) {
      const everyMs = isInUse(one) || !isCalm ? rule.everyMs : rule.idleMs;
      if (atOnce || now - one.triedAt >= everyMs - rule.leastMs) void tryOut(one, rule);
    }
  }

  return {
    now() {
      const now = performance.now();
      const isEarly = now - startedAt < rule.firstMs || all.some(({ triedAt }) => now - triedAt < rule.leastMs);
      if (isEarly) return;
      clearTimeout(timer);
      turn(true);
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

async function tryOut(one: Known, rule: Rule): Promise<void> {
  if (one.underWay) return;
  one.underWay = true;
  one.triedAt = performance.now();
  const isAnswered = await answers(one, rule.withinMs);
  one.underWay = false;
  const now = performance.now();
  one.misses = isAnswered ? 0 : one.misses + 1;
  one.wholeSince = isAnswered ? (one.wholeSince ?? now) : null;
  if (!isAnswered) return;
  const ms = now - one.triedAt;
  one.ms = one.ms === null ? ms : one.ms + rule.follows * (ms - one.ms);
}

async function answers({ tries, latencyMs }: Known, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs + latencyMs);
  try {
    if (latencyMs > 0) await pause(latencyMs, undefined, { signal });
    const answer = await tries.request({ path: "/health", method: "GET", signal });
    await answer.body.dump();
    return true;
  } catch {
    return false;
  }
}
