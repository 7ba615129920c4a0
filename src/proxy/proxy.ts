// One proxy: a listening address, an upstream, toxics, and the connections that run through it now.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";
import type { Clock } from "../core/units.ts";
import { acceptClients, type OpenClient } from "./accepting.ts";
import { byNumber, formatAddress, parseListen, splitAddress } from "./address.ts";
import { ApiError } from "./api-error.ts";
import type { ConnectionEffects, StreamName } from "./effects.ts";
import type { Traffic } from "./lane.ts";
import { lentReading } from "./lent-buffer.ts";
import { Relay } from "./relay.ts";
import { changedToxic, toxicFrom, toxicJson } from "./toxic-list.ts";
import type { Toxic } from "./toxic-list.ts";
import { goText, type GoValue } from "./go-json.ts";

/** Connections that may wait to be accepted; the system may allow fewer. */
const BACKLOG = 4_096;
/** Connections that are over and of which the effects are still told. */
const REMEMBERED_CONNECTIONS = 1_000;

/** Time and chance of one proxy process, and how far it may be seen. */
export interface ProxyContext {
  readonly clock: Clock;
  readonly seed: number;
  /** Proxies may listen beyond loopback. Default: no. */
  readonly anywhere?: boolean;
}

export interface ProxySettings {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
}

export class FaultProxy {
  readonly name: string;
  private listenText: string;
  private upstreamText: string;
  private server: Server | undefined;
  private toxicsInOrder: readonly Toxic[] = [];
  private readonly relays = new Set<Relay>();
  private readonly context: ProxyContext;
  private over: ConnectionEffects[] = [];
  private connections = 0;
  private readonly bytes: Readonly<Record<StreamName, Traffic>> = {
    upstream: { received: 0, sent: 0 },
    downstream: { received: 0, sent: 0 },
  };

  constructor(settings: ProxySettings, context: ProxyContext) {
    this.name = settings.name;
    this.listenText = settings.listen;
    this.upstreamText = settings.upstream;
    this.context = context;
  }

  get listen(): string {
    return this.listenText;
  }

  get upstream(): string {
    return this.upstreamText;
  }

  get enabled(): boolean {
    return this.server !== undefined;
  }

  /** Upstream toxics first, each stream in the order of adding. */
  get toxics(): readonly Toxic[] {
    const of = (stream: string) => this.toxicsInOrder.filter((toxic) => toxic.stream === stream);
    return [...of("upstream"), ...of("downstream")];
  }

  /** As the API writes it; the empty `Logger` is Toxiproxy's own. */
  json(): string {
    const { name, listen, upstream, enabled } = this;
    const fields = goText({ name, listen, upstream, enabled, Logger: {} });
    return `${fields.slice(0, -1)},"toxics":[${this.toxics.map(toxicJson).join(",")}]}`;
  }

  /** Connections that run through it now. */
  connectionCount(): number {
    return this.relays.size;
  }

  /** Bytes of all its connections, those that are over too. */
  traffic(stream: StreamName): Readonly<Traffic> {
    return this.bytes[stream];
  }

  /**
   * Listens; harmless when it does. From then on `listen` is the real address. Rejects with ApiError 500 when it
   * cannot.
   */
  async start(): Promise<void> {
    if (this.server !== undefined) return;
    const address = parseListen(this.listenText, this.context.anywhere ?? false);
    const server = createServer({ allowHalfOpen: true });
    server.listen({ ...address, backlog: BACKLOG });
    try {
      await once(server, "listening");
    } catch (error) {
      throw new ApiError(500, `listen tcp ${formatAddress(address)}: ${listenReason(error)}`);
    }
    acceptClients(server, (open) => this.accept(open));
    // A server that cannot accept (too many open files) goes on listening.
    server.on("error", () => undefined);
    this.server = server;
    const real = server.address();
    if (real !== null && typeof real !== "string") {
      this.listenText = formatAddress({ host: real.address, port: real.port });
    }
  }

  /** Stops listening and drops every connection: Toxiproxy's "down". */
  async stop(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const relay of this.relays) relay.destroy();
    await closed;
  }

  /** True when these addresses are others than its own. Throws ApiError 500 for a listen that names no address. */
  differs(listen: string, upstream: string): boolean {
    return listenAsResolved(listen) !== this.listenText || upstream !== this.upstreamText;
  }

  /** New addresses stop it first; it runs again when `enabled` says so. */
  async update(next: Omit<ProxySettings, "name"> & { readonly enabled: boolean }): Promise<void> {
    if (this.differs(next.listen, next.upstream)) {
      await this.stop();
      this.listenText = next.listen;
      this.upstreamText = next.upstream;
    }
    await (next.enabled ? this.start() : this.stop());
  }

  /** 404 when there is none of that name. */
  toxic(name: string): Toxic {
    const found = this.toxicsInOrder.find((each) => each.name === name);
    if (found === undefined) throw new ApiError(404, "toxic not found");
    return found;
  }

  /** Live connections are struck from their next chunk on. */
  addToxic(body: () => GoValue): Toxic {
    const toxic = toxicFrom(body(), (name) => {
      if (this.toxicsInOrder.some((each) => each.name === name)) throw new ApiError(409, "toxic already exists");
    });
    this.toxicsInOrder = [...this.toxicsInOrder, toxic];
    for (const relay of this.relays) relay.lane(toxic.stream)?.add(toxic);
    return toxic;
  }

  updateToxic(name: string, body: () => GoValue): Toxic {
    const { toxic, mistake } = changedToxic(this.toxic(name), body());
    this.toxicsInOrder = this.toxicsInOrder.map((each) => (each.name === name ? toxic : each));
    for (const relay of this.relays) relay.lane(toxic.stream)?.update(toxic);
    if (mistake !== undefined) throw mistake;
    return toxic;
  }

  /** What the toxic held back goes on at once. */
  removeToxic(name: string): void {
    const toxic = this.toxic(name);
    this.toxicsInOrder = this.toxicsInOrder.filter((each) => each !== toxic);
    for (const relay of this.relays) relay.lane(toxic.stream)?.remove(name);
  }

  /** What was done to each connection that is open and to the last thousand that are over, in no order. */
  effects(): readonly ConnectionEffects[] {
    return [...this.over.slice(-REMEMBERED_CONNECTIONS), ...[...this.relays].map((relay) => relay.effects())];
  }

  private forget(relay: Relay): void {
    this.relays.delete(relay);
    this.over.push(relay.effects());
    if (this.over.length > 2 * REMEMBERED_CONNECTIONS) this.over = this.over.slice(-REMEMBERED_CONNECTIONS);
  }

  private accept(openClient: OpenClient): void {
    this.connections += 1;
    const upstream = splitAddress(this.upstreamText);
    if (typeof upstream === "string") {
      openClient(lentReading(() => false).onread).destroy();
      return;
    }
    const relay = new Relay({
      openClient,
      upstream,
      ...this.context,
      proxy: this.name,
      connection: this.connections,
      toxics: () => this.toxicsInOrder,
      traffic: this.bytes,
      onOver: (over) => this.forget(over),
    });
    this.relays.add(relay);
  }
}

/** A listen text as Go's resolver prints it back: a name of this machine by number, a missing port as 0. */
function listenAsResolved(listen: string): string {
  if (listen === "") return ":0";
  const address = splitAddress(listen);
  if (typeof address === "string") throw new ApiError(500, address);
  return formatAddress({ host: byNumber(address.host), port: address.port });
}

function listenReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "EADDRINUSE" ? "bind: address already in use" : `bind: ${message}`;
}
