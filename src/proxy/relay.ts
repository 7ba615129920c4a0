// One connection through the proxy: the client's socket, a socket of our own to the upstream, a lane each way.

import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import { seededRandom } from "../core/random.ts";
import type { OpenClient } from "./accepting.ts";
import type { Address } from "./address.ts";
import type { ConnectionEffects } from "./effects.ts";
import { makeRequestLog } from "./http/requests.ts";
import { Lane } from "./lane.ts";
import type { Traffic } from "./lane.ts";
import { lentReading } from "./lent-buffer.ts";
import type { StreamName, Toxic } from "./toxic-list.ts";

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

export interface Relay {
  /** The lane of a stream; absent while the upstream is not connected yet. */
  lane(stream: StreamName): Lane | undefined;
  /** What was done to this connection so far. */
  effects(): ConnectionEffects;
  /** Drops the connection on both sides. */
  destroy(): void;
}

/**
 * Connects to the upstream and carries bytes both ways; a half-close goes on as a half-close, an error as a reset. An
 * upstream that is not there closes the client's connection, as Toxiproxy does.
 */
export function startRelay(options: RelayOptions): Relay {
  const { clock, seed, connection } = options;
  const fromUpstream = lentReading((bytes) => lanes.get("downstream")?.takeLent(bytes) === true);
  const fromClient = lentReading((bytes) => lanes.get("upstream")?.takeLent(bytes) === true);
  const upstream = connect({
    ...options.upstream,
    allowHalfOpen: true,
    noDelay: true,
    onread: fromUpstream.onread,
  });
  const client = options.openClient(fromClient.onread);
  const lanes = new Map<StreamName, Lane>();
  const cutStreams = new Set<StreamName>();
  const requests = makeRequestLog((feed) => {
    const lane = lanes.get("upstream");
    if (lane !== undefined) lane.tap = feed;
  });
  let open = 2;

  const relay: Relay = {
    lane: (stream) => lanes.get(stream),
    effects: () => ({
      connection,
      open: open > 0,
      streams: {
        upstream: lanes.get("upstream")?.effects() ?? noTraffic,
        downstream: lanes.get("downstream")?.effects() ?? noTraffic,
      },
    }),
    destroy() {
      closeLanes();
      client.destroy();
      upstream.destroy();
    },
  };

  function closeLanes(): void {
    for (const lane of lanes.values()) lane.close();
  }

  /** A toxic of `stream` ends the connection: its receiver is closed, then its sender as if the receiver had left. */
  function cut(stream: StreamName, how: "close" | "reset"): void {
    if (how === "reset") {
      closeLanes();
      reset(client);
      reset(upstream);
    } else if (!cutStreams.has(stream)) {
      cutStreams.add(stream);
      closeAfterWrites(stream === "upstream" ? upstream : client);
      lanes.get(stream === "upstream" ? "downstream" : "upstream")?.takeEnd("close");
    }
  }

  function openLane(stream: StreamName, source: Socket, sink: Socket): void {
    const toxics = options.toxics().filter((toxic) => toxic.stream === stream);
    const purpose = `${options.proxy}/${connection}/${stream}`;
    const lane = new Lane({
      stream,
      traffic: options.traffic[stream],
      source,
      sink,
      clock,
      toxics,
      randomFor: (toxic) => seededRandom(seed, `${purpose}/${toxic.name}`),
      watchRequests: () => requests.watch(),
      onCut: (how) => cut(stream, how),
    });
    lanes.set(stream, lane);
  }

  function fail(other: Socket): void {
    closeLanes();
    if (lanes.size === 0) other.destroy();
    else reset(other);
  }

  function over(): void {
    open -= 1;
    if (open === 0) options.onOver(relay);
  }

  client.setNoDelay(true);
  client.on("error", () => fail(upstream));
  upstream.on("error", () => fail(client));
  for (const [socket, reading] of [
    [client, fromClient],
    [upstream, fromUpstream],
  ] as const) {
    socket.on("close", () => {
      reading.release();
      over();
    });
  }
  upstream.on("connect", () => {
    openLane("upstream", client, upstream);
    openLane("downstream", upstream, client);
  });
  return relay;
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
