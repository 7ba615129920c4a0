// The requests that are under way, and the connections that they use.

import { Pool } from "undici";
import type { Ms } from "../core/units.ts";
import type { Outgoing } from "./request.ts";
import type { Controller, Exchange } from "./wire/connection.ts";
import { requestBytes } from "./wire/request-bytes.ts";
import { Wire } from "./wire/wire.ts";

/** Requests without an outcome yet, by their number. */
export interface UnderWay {
  size(): number;
  add(id: number, request: { abandon(): void }): void;
  /** It has its outcome. */
  end(id: number): void;
  /** Resolves when none is left, at the latest after `graceMs`. */
  drain(graceMs: Ms): Promise<void>;
  /** Gives up what is left, without an outcome, and says how many those are. */
  abandon(): number;
}

/** Nothing is under way yet. */
export function makeUnderWay(): UnderWay {
  const requests = new Map<number, { abandon(): void }>();
  let drained: (() => void) | undefined;
  return {
    size: () => requests.size,
    add: (id, request) => void requests.set(id, request),
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
      for (const request of requests.values()) request.abandon();
      return requests.size;
    },
  };
}

/** To every origin. */
export interface Connections {
  /** Sends it now, on a connection that is free or new. What it gives ends it before it begins, where that can be. */
  dispatch(outgoing: Outgoing, exchange: Exchange): Controller | undefined;
  close(): Promise<void>;
}

/**
 * One connection for each request under way and no pipelining: a request never waits behind another. Plain requests of
 * HTTP go over connections of our own, which cost a third of undici's; undici has the others.
 */
export function makeConnections(connectTimeoutMs: Ms): Connections {
  const wires = new Map<string, Wire>();
  const pools = new Map<string, Pool>();

  function wireTo(origin: string): Wire {
    const wire = wires.get(origin) ?? new Wire(origin);
    wires.set(origin, wire);
    return wire;
  }

  function poolTo(origin: string): Pool {
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
  }

  return {
    dispatch(outgoing, exchange) {
      const bytes = requestBytes(outgoing);
      if (bytes !== undefined) return wireTo(outgoing.origin).dispatch(bytes, exchange);
      const { origin, path, method, headers, body } = outgoing;
      poolTo(origin).dispatch({ origin, path, method, headers, body }, exchange);
      return undefined;
    },
    async close() {
      for (const wire of wires.values()) wire.close();
      await Promise.all([...pools.values()].map(async (pool) => pool.destroy()));
    },
  };
}
