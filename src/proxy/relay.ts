// One connection through the proxy: the client's socket, a socket of our own to the upstream, a lane each way.

import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Clock } from "../core/units.ts";
import { loopbackHost } from "../core/addresses.ts";
import { seededRandom } from "../core/random.ts";
import type { OpenClient } from "./accepting.ts";
import { formatAddress, type Address } from "./address.ts";
import type { ConnectionEffects, StreamEffects, StreamName } from "./effects.ts";
import { makeRequestLog } from "./http/requests.ts";
import { Lane } from "./lane.ts";
import type { Traffic } from "./lane.ts";
import { lentReading } from "./lent-buffer.ts";
import type { LentReading } from "./lent-buffer.ts";
import type { Toxic } from "./toxic-list.ts";

export interface RelayOptions {
  readonly openClient: OpenClient;
  readonly upstream: Address;
  readonly clock: Clock;
  readonly seed: number;
  /** Name of the proxy and number of the connection in it, from 1; they name the connection in its seeds. */
  readonly proxy: string;
  readonly connection: number;
  /** The proxy's bytes by stream. */
  readonly traffic: Readonly<Record<StreamName, Traffic>>;
  /** The proxy's toxics at this moment. */
  toxics(): readonly Toxic[];
  onOver(relay: Relay): void;
}

/**
 * Connects to the upstream and carries bytes both ways; a half-close goes on as a half-close, an error as a reset. An
 * upstream that is not there closes the client's connection, as Toxiproxy does.
 */
export class Relay {
  private readonly options: RelayOptions;
  private readonly client: Socket;
  private upstream: Socket;
  /** Where the upstream's socket leads. */
  private leadsTo: Address;
  private readonly lanes = new Map<StreamName, Lane>();
  private readonly cutStreams = new Set<StreamName>();
  private readonly requests = makeRequestLog(() => this.lanes.get("downstream")?.effects().bytesIn ?? 0);
  private open = 2;

  constructor(options: RelayOptions) {
    this.options = options;
    // Reading begins with the lanes.
    const fromClient = lentReading((bytes) => this.lanes.get("upstream")?.takeLent(bytes) === true);
    this.client = options.openClient(fromClient.onread).setNoDelay(true);
    this.leadsTo = options.upstream;
    this.upstream = this.openUpstream();
    this.watch(this.client, () => this.upstream, fromClient);
    this.upstream.on("connect", () => {
      this.openLane("upstream", this.client, this.upstream);
      this.openLane("downstream", this.upstream, this.client);
    });
  }

  /** The lane of a stream; absent while the upstream is not connected yet. */
  lane(stream: StreamName): Lane | undefined {
    return this.lanes.get(stream);
  }

  /** What was done to this connection so far. */
  effects(): ConnectionEffects {
    const of = (stream: StreamName): StreamEffects => this.lanes.get(stream)?.effects() ?? noTraffic;
    const streams = { upstream: of("upstream"), downstream: of("downstream") };
    return { connection: this.options.connection, open: this.open > 0, streams };
  }

  /** Drops the connection on both sides. */
  destroy(): void {
    this.closeLanes();
    this.client.destroy();
    this.upstream.destroy();
  }

  private openUpstream(): Socket {
    const reading = lentReading(
      (bytes) => socket === this.upstream && this.lanes.get("downstream")?.takeLent(bytes) === true,
    );
    const { onread } = reading;
    const socket = connect({ ...this.leadsTo, allowHalfOpen: true, noDelay: true, onread });
    this.watch(socket, () => this.client, reading);
    return socket;
  }

  /** The socket that is left has no more to say: it is closed in order. */
  private turnTo(port: number | undefined): void {
    const place = port === undefined ? this.options.upstream : { host: loopbackHost, port };
    if (formatAddress(place) === formatAddress(this.leadsTo)) return;
    const left = this.upstream;
    this.leadsTo = place;
    this.open += 1;
    this.upstream = this.openUpstream();
    this.lanes.get("upstream")?.writeInto(this.upstream);
    this.lanes.get("downstream")?.readFrom(this.upstream);
    closeAfterWrites(left);
  }

  private watch(socket: Socket, other: () => Socket, reading: LentReading): void {
    socket.on("error", () => {
      // One that was left is nobody's matter any more.
      if (socket !== this.client && socket !== this.upstream) return;
      this.closeLanes();
      if (this.lanes.size === 0) other().destroy();
      else reset(other());
    });
    socket.on("close", () => {
      reading.release();
      this.open -= 1;
      if (this.open === 0) this.options.onOver(this);
    });
  }

  private closeLanes(): void {
    for (const lane of this.lanes.values()) lane.close();
  }

  private openLane(stream: StreamName, source: Socket, sink: Socket): void {
    const { proxy, connection, clock, seed, traffic } = this.options;
    const purpose = `${proxy}/${connection}/${stream}`;
    const lane = new Lane({
      stream,
      traffic: traffic[stream],
      source,
      sink,
      clock,
      toxics: this.options.toxics().filter((toxic) => toxic.stream === stream),
      randomFor: (toxic) => seededRandom(seed, `${purpose}/${toxic.name}`),
      watchRequests: () => this.requests.watch(),
      turnTo: (port) => this.turnTo(port),
      onCut: (how) => this.cut(stream, how),
    });
    if (stream === "upstream") lane.tap = this.requests.feed;
    this.lanes.set(stream, lane);
  }

  /** A toxic of `stream` ends the connection: its receiver is closed, then its sender as if the receiver had left. */
  private cut(stream: StreamName, how: "close" | "reset"): void {
    if (how === "reset") {
      this.closeLanes();
      reset(this.client);
      reset(this.upstream);
    } else if (!this.cutStreams.has(stream)) {
      this.cutStreams.add(stream);
      closeAfterWrites(stream === "upstream" ? this.upstream : this.client);
      this.lanes.get(stream === "upstream" ? "downstream" : "upstream")?.takeEnd("close");
    }
  }
}

const noTraffic = { bytesIn: 0, bytesOut: 0, toxics: [] };

/** Closes both directions once everything written has left. */
function closeAfterWrites(socket: Socket): void {
  if (socket.writableFinished) socket.destroy();
  else socket.once("finish", () => socket.destroy()).end();
}

/** Sends a TCP reset; libuv cannot while the socket is shutting down its side, which is then closed. */
function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
