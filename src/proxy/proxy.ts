// One proxy: a listening address, an upstream, toxics, and the connections that run through it now.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import { formatAddress, parseAddress, parseListen } from "./address.ts";
import { ApiError } from "./api-error.ts";
import { startRelay } from "./relay.ts";
import type { Relay } from "./relay.ts";
import { changedToxic, toxicBody, toxicFrom } from "./toxic-list.ts";
import type { Toxic, ToxicBody } from "./toxic-list.ts";

/** Time and chance of one proxy process. */
export interface ProxyContext {
  readonly clock: Clock;
  readonly seed: number;
}

export interface ProxySettings {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
}

/** A proxy as the API writes it. */
export interface ProxyBody extends ProxySettings {
  readonly enabled: boolean;
  readonly toxics: readonly ToxicBody[];
}

export class FaultProxy {
  readonly name: string;
  private listenText: string;
  private upstreamText: string;
  private server: Server | undefined;
  private toxics: readonly Toxic[] = [];
  private readonly relays = new Set<Relay>();
  private readonly context: ProxyContext;
  private connections = 0;

  constructor(settings: ProxySettings, context: ProxyContext) {
    parseListen(settings.listen);
    parseAddress(settings.upstream, "upstream");
    this.name = settings.name;
    this.listenText = settings.listen;
    this.upstreamText = settings.upstream;
    this.context = context;
  }

  body(): ProxyBody {
    const { name, listenText: listen, upstreamText: upstream } = this;
    return { name, listen, upstream, enabled: this.server !== undefined, toxics: this.toxics.map(toxicBody) };
  }

  /** Connections that run through it now. */
  connectionCount(): number {
    return this.relays.size;
  }

  /** Listens; harmless when it does. From then on `listen` is the real address. Rejects when the address is taken. */
  async start(): Promise<void> {
    if (this.server !== undefined) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
    server.listen(parseListen(this.listenText));
    await once(server, "listening");
    this.server = server;
    const address = server.address();
    if (address !== null && typeof address !== "string") {
      this.listenText = formatAddress({ host: address.address, port: address.port });
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

  /** New addresses stop it first; it runs again when `enabled` says so. */
  async update(next: Omit<ProxySettings, "name"> & { readonly enabled: boolean }): Promise<void> {
    parseListen(next.listen);
    parseAddress(next.upstream, "upstream");
    if (next.listen !== this.listenText || next.upstream !== this.upstreamText) {
      await this.stop();
      this.listenText = next.listen;
      this.upstreamText = next.upstream;
    }
    await (next.enabled ? this.start() : this.stop());
  }

  toxicBodies(): readonly ToxicBody[] {
    return this.toxics.map(toxicBody);
  }

  /** 404 when there is none of that name. */
  toxic(name: string): Toxic {
    const found = this.toxics.find((each) => each.name === name);
    if (found === undefined) throw new ApiError(404, "toxic not found");
    return found;
  }

  /** Live connections are struck from their next chunk on. */
  addToxic(body: unknown): ToxicBody {
    const toxic = toxicFrom(body);
    if (this.toxics.some((each) => each.name === toxic.name)) throw new ApiError(409, "toxic already exists");
    this.toxics = [...this.toxics, toxic];
    for (const relay of this.relays) relay.lane(toxic.stream)?.add(toxic);
    return toxicBody(toxic);
  }

  updateToxic(name: string, body: unknown): ToxicBody {
    const toxic = changedToxic(this.toxic(name), body);
    this.toxics = this.toxics.map((each) => (each.name === name ? toxic : each));
    for (const relay of this.relays) relay.lane(toxic.stream)?.update(toxic);
    return toxicBody(toxic);
  }

  /** What the toxic held back goes on at once. */
  removeToxic(name: string): void {
    const toxic = this.toxic(name);
    this.toxics = this.toxics.filter((each) => each !== toxic);
    for (const relay of this.relays) relay.lane(toxic.stream)?.remove(name);
  }

  private accept(client: Socket): void {
    this.connections += 1;
    const relay = startRelay({
      client,
      upstream: parseAddress(this.upstreamText, "upstream"),
      ...this.context,
      name: `${this.name}/${this.connections}`,
      toxics: () => this.toxics,
      onOver: (over) => this.relays.delete(over),
    });
    this.relays.add(relay);
  }
}
