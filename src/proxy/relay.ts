// One connection through the proxy: the client's socket, a socket of our own to the upstream, a lane each way.

import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import { seededRandom } from "../core/random.ts";
import type { Address } from "./address.ts";
import { makeLane } from "./lane.ts";
import type { Lane, Traffic } from "./lane.ts";
import type { StreamName, Toxic } from "./toxic-list.ts";

export interface RelayOptions {
  readonly client: Socket;
  readonly upstream: Address;
  readonly clock: Clock;
  readonly seed: number;
  /** Names the connection in its seeds, e.g. `gateway/3`. */
  readonly name: string;
  /** The proxy's bytes by stream. */
  readonly traffic: Readonly<Record<StreamName, Traffic>>;
  /** The proxy's toxics at this moment. */
  toxics(): readonly Toxic[];
  onOver(relay: Relay): void;
}

export interface Relay {
  /** The lane of a stream; absent while the upstream is not connected yet. */
  lane(stream: StreamName): Lane | undefined;
  /** Drops the connection on both sides. */
  destroy(): void;
}

/** Connects to the upstream and carries bytes both ways; a half-close goes on as a half-close, an error as a reset. */
export function startRelay(options: RelayOptions): Relay {
  const { client, clock, seed, name } = options;
  const upstream = connect({ ...options.upstream, allowHalfOpen: true, noDelay: true });
  const lanes = new Map<StreamName, Lane>();
  let open = 2;

  const relay: Relay = {
    lane: (stream) => lanes.get(stream),
    destroy() {
      for (const lane of lanes.values()) lane.close();
      client.destroy();
      upstream.destroy();
    },
  };

  function openLane(stream: StreamName, source: Socket, sink: Socket): void {
    const toxics = options.toxics().filter((toxic) => toxic.stream === stream);
    const randomFor = (toxic: Toxic) => seededRandom(seed, `${name}/${stream}/${toxic.name}`);
    lanes.set(stream, makeLane({ traffic: options.traffic[stream], source, sink, clock, toxics, randomFor }));
  }

  function fail(other: Socket): void {
    for (const lane of lanes.values()) lane.close();
    if (!other.destroyed) other.resetAndDestroy();
  }

  function over(): void {
    open -= 1;
    if (open === 0) options.onOver(relay);
  }

  client.setNoDelay(true);
  client.on("error", () => fail(upstream));
  upstream.on("error", () => fail(client));
  client.on("close", over);
  upstream.on("close", over);
  upstream.on("connect", () => {
    openLane("upstream", client, upstream);
    openLane("downstream", upstream, client);
  });
  return relay;
}
