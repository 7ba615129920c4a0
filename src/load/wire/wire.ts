// The connections to one origin: one for each request under way, and those that wait for the next.

import { performance } from "node:perf_hooks";
import type { Ms } from "../../core/units.ts";
import { Connection } from "./connection.ts";
import type { Controller, Exchange, Owner, Place } from "./connection.ts";

const sweepMs: Ms = 1_000;

interface Idle {
  readonly connection: Connection;
  readonly until: Ms;
}

/** Without a bound, and without pipelining: a request never waits behind another. */
export class Wire implements Owner {
  readonly #place: Place;
  readonly #all = new Set<Connection>();
  /** The one that was used last is used first: the others may go. */
  #idle: Idle[] = [];
  #sweeping: NodeJS.Timeout | undefined;

  /** `origin` is `http://host:port`, as URL writes it. */
  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.#place = { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 80 : Number(port) };
  }

  /** Writes the request now, or as soon as a connection of its own is there. */
  dispatch(bytes: string, exchange: Exchange): Controller {
    const connection = this.#takeIdle();
    connection.send(exchange, bytes);
    return connection;
  }

  /** Closes every connection; of what is under way nothing more is told. */
  close(): void {
    clearTimeout(this.#sweeping);
    for (const connection of this.#all) connection.abort();
  }

  free(connection: Connection, forMs: Ms): void {
    this.#idle.push({ connection, until: performance.now() + forMs });
    this.#sweeping ??= setTimeout(() => this.#sweep(), sweepMs).unref();
  }

  gone(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  #takeIdle(): Connection {
    const now = performance.now();
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (last.until > now) return last.connection;
      last.connection.destroy();
    }
    const connection = new Connection(this.#place, this);
    this.#all.add(connection);
    return connection;
  }

  #sweep(): void {
    const now = performance.now();
    const over = this.#idle.filter(({ until }) => until <= now);
    for (const { connection } of over) connection.destroy();
    this.#sweeping = this.#idle.length > 0 ? setTimeout(() => this.#sweep(), sweepMs).unref() : undefined;
  }
}
