// The requests that are under way, and the connections that they use.

import { Pool } from "undici";
import type { Ms } from "../core/units.ts";
import type { Abandon } from "./request.ts";

/** Requests without an outcome yet, by their number. */
export interface UnderWay {
  size(): number;
  add(id: number, abandon: Abandon): void;
  /** It has its outcome. */
  end(id: number): void;
  /** Resolves when none is left, at the latest after `graceMs`. */
  drain(graceMs: Ms): Promise<void>;
  /** Gives up what is left, without an outcome, and says how many those are. */
  abandon(): number;
}

/** Nothing is under way yet. */
export function makeUnderWay(): UnderWay {
  const requests = new Map<number, Abandon>();
  let drained: (() => void) | undefined;
  return {
    size: () => requests.size,
    add: (id, abandon) => void requests.set(id, abandon),
    end(id) {
      requests.delete(id);
      if (requests.size === 0) drained?.();
    },
    async drain(graceMs) {
      if (requests.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        drained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    abandon() {
      for (const giveUp of requests.values()) giveUp();
      return requests.size;
    },
  };
}

/** Pools by origin. */
export interface Connections {
  to(origin: string): Pool;
  close(): Promise<void>;
}

/** One connection for each request under way and no pipelining: a request never waits behind another. */
export function makeConnections(connectTimeoutMs: Ms): Connections {
  const pools = new Map<string, Pool>();
  return {
    to(origin) {
      const known = pools.get(origin);
      if (known !== undefined) return known;
      const pool = new Pool(origin, {
        // Without a bound: answers that are over may leave a connection open for a moment.
        connections: null,
        pipelining: 1,
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: { timeout: connectTimeoutMs },
      });
      pools.set(origin, pool);
      return pool;
    },
    close: async () => void (await Promise.all([...pools.values()].map(async (pool) => pool.destroy()))),
  };
}
