// One direction of one connection: socket → toxics in order → socket. Bytes are never lost or reordered, whatever is
// added, changed or taken away meanwhile, and a slow reader stops the sender instead of filling memory.

import type { Socket } from "node:net";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Chunk, Stage } from "./toxics/toxic.ts";
import type { Toxic } from "./toxic-list.ts";

/** Bytes that toxics of one lane may hold back before its sender is stopped (latency × throughput up to this). */
const HELD_LIMIT = 4 * 1024 * 1024;
/** Bytes that may wait for a slow reader before the sender is stopped. */
const UNREAD_LIMIT = 256 * 1024;

/** Bytes that came in and went out. */
export interface Traffic {
  received: number;
  sent: number;
}

export interface LaneOptions {
  /** Counted up as bytes pass. */
  readonly traffic: Traffic;
  readonly source: Socket;
  readonly sink: Socket;
  readonly clock: Clock;
  readonly toxics: readonly Toxic[];
  /** Chance of one toxic in this lane: whether it strikes, and its jitter. */
  readonly randomFor: (toxic: Toxic) => Random;
}

export interface Lane {
  add(toxic: Toxic): void;
  update(toxic: Toxic): void;
  remove(name: string): void;
  /** Drops what is held and its timers; the connection is over. */
  close(): void;
}

interface Place {
  readonly name: string;
  /** Absent when the toxic does not strike this connection (toxicity below 1). */
  stage: Stage | undefined;
}

/** Starts to carry bytes; both sockets must be open and allow half-close. */
export function makeLane({ traffic, source, sink, clock, toxics, randomFor }: LaneOptions): Lane {
  const places: Place[] = [];
  let stopped = false;

  function balance(): void {
    let held = 0;
    for (const place of places) held += place.stage?.heldBytes() ?? 0;
    const unread = sink.writableLength;
    if (!stopped && (held > HELD_LIMIT || unread > UNREAD_LIMIT)) {
      stopped = true;
      source.pause();
    } else if (stopped && held <= HELD_LIMIT / 2 && unread <= UNREAD_LIMIT / 2) {
      stopped = false;
      source.resume();
    }
  }

  function deliver(from: number, chunk: Chunk): void {
    for (let i = from; i < places.length; i += 1) {
      const stage = places[i]?.stage;
      if (stage !== undefined) return stage.push(chunk);
    }
    if (chunk.bytes === null) sink.end();
    else if (sink.writable) {
      traffic.sent += chunk.bytes.length;
      sink.write(chunk.bytes);
    }
    return balance();
  }

  function openStage(place: Place, toxic: Toxic): Stage | undefined {
    const random = randomFor(toxic);
    if (random.next() >= toxic.toxicity) return undefined;
    const pass = (chunk: Chunk): void => deliver(places.indexOf(place) + 1, chunk);
    return toxic.kind.open(toxic.attributes, { clock, random, pass });
  }

  function add(toxic: Toxic): void {
    const place: Place = { name: toxic.name, stage: undefined };
    place.stage = openStage(place, toxic);
    places.push(place);
  }

  function takeEnd(): void {
    deliver(0, { bytes: null, arrivedAt: clock.now() });
  }

  source.on("data", (bytes: Buffer) => {
    traffic.received += bytes.length;
    deliver(0, { bytes, arrivedAt: clock.now() });
    balance();
  });
  source.on("end", takeEnd);
  sink.on("drain", balance);
  for (const toxic of toxics) add(toxic);
  // A client that ends before the upstream is connected has said so already.
  if (source.readableEnded) takeEnd();

  return {
    add,
    update(toxic) {
      const index = places.findIndex((each) => each.name === toxic.name);
      const place = places[index];
      if (place === undefined) return;
      // What is held keeps its time of arrival, so the new attributes count for it too.
      const held = place.stage?.close() ?? [];
      place.stage = openStage(place, toxic);
      for (const chunk of held) deliver(index, chunk);
      balance();
    },
    remove(name) {
      const index = places.findIndex((each) => each.name === name);
      const [place] = index === -1 ? [] : places.splice(index, 1);
      for (const chunk of place?.stage?.close() ?? []) {
        deliver(index, { bytes: chunk.bytes, arrivedAt: clock.now() });
      }
      balance();
    },
    close() {
      for (const place of places) place.stage?.close();
      places.length = 0;
    },
  };
}
