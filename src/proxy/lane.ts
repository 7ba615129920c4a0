// One direction of one connection: socket → toxics in order → socket. Bytes are never lost or reordered, whatever is
// added, changed or taken away meanwhile, and a slow reader stops the sender instead of filling memory.

import type { Socket } from "node:net";
import type { Clock } from "../core/units.ts";
import type { Random } from "../core/random.ts";
import { noEffects } from "./effects.ts";
import type { StreamEffects, StreamName, ToxicEffects } from "./effects.ts";
import type { RequestWatch } from "./http/requests.ts";
import { giveBackLent, isWorthGivingBack } from "./lent-buffer.ts";
import type { Toxic } from "./toxic-list.ts";
import type { Chunk, CloseReason, EndChunk, Stage } from "./toxics/toxic.ts";

/**
 * Bytes that a toxic may hold back before its sender is stopped (latency × throughput up to this), if it says nothing.
 */
const HELD_LIMIT = 4 * 1024 * 1024;
/** Bytes that may wait for a slow reader before the sender is stopped. */
const UNREAD_LIMIT = 256 * 1024;
/** Toxics of which a lane remembers the effects; the oldest that are gone make room. */
const REMEMBERED_TOXICS = 100;

/** Bytes that came in and went out. */
export interface Traffic {
  received: number;
  sent: number;
}

export interface LaneOptions {
  readonly stream: StreamName;
  /** Counted up as bytes pass. */
  readonly traffic: Traffic;
  readonly source: Socket;
  readonly sink: Socket;
  readonly clock: Clock;
  readonly toxics: readonly Toxic[];
  /** Chance of one toxic in this lane: whether it strikes, and its jitter. */
  readonly randomFor: (toxic: Toxic) => Random;
  /** Begins to note the methods of the connection's requests. */
  readonly watchRequests: () => RequestWatch;
  readonly turnTo: (port: number | undefined) => void;
  /** A toxic has ended the connection; everything before that is written. */
  readonly onCut: (how: "close" | "reset") => void;
}

interface Place {
  readonly name: string;
  readonly effects: ToxicEffects;
  readonly memory: Map<string, number>;
  /** Absent when the toxic does not strike this connection (toxicity below 1). */
  stage: Stage | undefined;
  /** Taken away by the API, but still busy with what it began. */
  leaving: boolean;
}

/** A chunk that the places from this index on have still to see. */
interface OnTheWay {
  from: number;
  readonly chunk: Chunk;
}

export class Lane {
  /** Told every byte that leaves, when there. */
  tap: ((bytes: Buffer) => void) | undefined;
  private readonly options: LaneOptions;
  private source: Socket;
  private sink: Socket;
  private readonly places: Place[] = [];
  private readonly onTheWay: OnTheWay[] = [];
  private delivering = false;
  private readonly remembered = new Map<string, ToxicEffects>();
  private bytesIn = 0;
  private bytesOut = 0;
  private stopped = false;
  private over = false;

  /** Starts to carry bytes; both sockets must be open and allow half-close. */
  constructor(options: LaneOptions) {
    this.options = options;
    this.source = options.source;
    this.sink = options.sink;
    this.watchSink();
    for (const toxic of options.toxics) this.add(toxic);
    this.readSource();
  }

  /** Reads from another socket from now on. */
  readFrom(source: Socket): void {
    this.source = source;
    this.readSource();
    if (this.stopped) source.pause();
  }

  /** Writes into another socket from now on. */
  writeInto(sink: Socket): void {
    this.sink = sink;
    this.watchSink();
  }

  private watchSink(): void {
    this.sink.on("drain", () => this.balance());
  }

  private readSource(): void {
    const { source } = this;
    const isRead = (): boolean => source === this.source;
    source.on("data", (bytes: Buffer) => isRead() && this.takeBytes(bytes));
    source.on("end", () => isRead() && this.takeEnd("end"));
    // A client that ends before the upstream is connected has said so already.
    if (source.readableEnded) this.takeEnd("end");
    source.resume();
  }

  add(toxic: Toxic): void {
    this.put(this.places.length, toxic, { effects: this.effectsOf(toxic), memory: new Map() });
  }

  /** What is held keeps its time of arrival, so the new attributes count for it too. */
  update(toxic: Toxic): void {
    const place = this.find(toxic.name);
    if (place === undefined) return;
    const { effects, memory } = place;
    const index = this.places.indexOf(place);
    if (place.stage?.busy?.() === true) {
      this.put(index + 1, toxic, { effects, memory });
      this.letLeave(place, place.stage);
      return;
    }
    const held = place.stage?.close("changed") ?? [];
    this.places.splice(index, 1);
    this.put(index, toxic, { effects, memory });
    for (const chunk of held) {
      effects.bytesIn -= chunk.bytes?.length ?? 0;
      this.deliver(index, chunk);
    }
    this.balance();
  }

  /** What was held goes on at once. */
  remove(name: string): void {
    const place = this.find(name);
    if (place === undefined) return;
    place.effects.inForce = false;
    if (place.stage?.busy?.() === true) this.letLeave(place, place.stage);
    else this.takeOut(place);
  }

  /** It may have no more to do than to give back what it holds. */
  private letLeave(place: Place, stage: Stage): void {
    place.leaving = true;
    stage.leave?.();
    if (stage.busy?.() !== true && this.places.includes(place)) this.takeOut(place);
  }

  /** The sender's end, or (`close`) the end of a connection that a toxic of the other lane has cut. */
  takeEnd(how: EndChunk["how"]): void {
    this.deliver(0, { bytes: null, how, arrivedAt: this.options.clock.now() });
  }

  /**
   * Bytes in a buffer that is read into again after this call. True when they are still needed then: the buffer is
   * given back once they are not.
   */
  takeLent(bytes: Buffer): boolean {
    if (this.places.length > 0) {
      this.takeBytes(Buffer.from(bytes));
      return false;
    }
    let kept = false;
    const onWritten = (): void => void (kept && giveBackLent(bytes));
    this.countIn(bytes);
    this.write(bytes, isWorthGivingBack(bytes) ? onWritten : undefined);
    kept = this.sink.writableLength > 0;
    this.balance();
    return kept;
  }

  effects(): StreamEffects {
    const { bytesIn, bytesOut } = this;
    return { bytesIn, bytesOut, toxics: [...this.remembered.values()].map((each) => ({ ...each })) };
  }

  /** Drops what is held and its timers; the connection is over. */
  close(): void {
    this.over = true;
    for (const place of this.places.splice(0)) place.stage?.close("over");
  }

  private takeBytes(bytes: Buffer): void {
    this.countIn(bytes);
    if (this.places.length === 0) this.write(bytes);
    else return this.deliver(0, { bytes, arrivedAt: this.options.clock.now() });
    this.balance();
  }

  private countIn(bytes: Buffer): void {
    this.bytesIn += bytes.length;
    this.options.traffic.received += bytes.length;
  }

  /** `onWritten` is called once the bytes are not needed any more, after this call. */
  private write(bytes: Buffer, onWritten?: () => void): void {
    const { sink } = this;
    const { traffic } = this.options;
    if (!sink.writable) return;
    this.bytesOut += bytes.length;
    traffic.sent += bytes.length;
    this.tap?.(bytes);
    sink.write(bytes, onWritten);
  }

  /**
   * Chunks wait in line instead of on the call stack, so that a chain of any length can be crossed; they stay in order,
   * since each stage hands on in the order in which it was given.
   */
  private deliver(from: number, chunk: Chunk): void {
    this.onTheWay.push({ from, chunk });
    if (this.delivering) return;
    this.delivering = true;
    for (let next = this.onTheWay.shift(); next !== undefined; next = this.onTheWay.shift()) this.step(next);
    this.delivering = false;
    this.balance();
  }

  /** To the next toxic that strikes this connection, else out. */
  private step({ from, chunk }: OnTheWay): void {
    if (this.over) return;
    for (let i = from; i < this.places.length; i += 1) {
      const place = this.places[i];
      if (place?.stage === undefined) continue;
      place.effects.bytesIn += chunk.bytes?.length ?? 0;
      place.stage.push(chunk);
      if (place.leaving && place.stage.busy?.() !== true) this.takeOut(place);
      return;
    }
    if (chunk.bytes !== null) this.write(chunk.bytes);
    else if (chunk.how === "end") this.sink.end();
    else this.options.onCut(chunk.how);
  }

  /** Stops the sender when too much is held or unread, and lets it go on when half of that has gone. */
  private balance(): void {
    const { source, sink } = this;
    let fill = sink.writableLength / UNREAD_LIMIT;
    for (const { stage } of this.places) {
      if (stage !== undefined) fill = Math.max(fill, stage.heldBytes() / (stage.holdLimit ?? HELD_LIMIT));
    }
    if (!this.stopped && fill > 1) {
      this.stopped = true;
      source.pause();
    } else if (this.stopped && fill <= 0.5) {
      this.stopped = false;
      source.resume();
    }
  }

  private put(index: number, toxic: Toxic, kept: Pick<Place, "effects" | "memory">): void {
    const { clock, stream, randomFor, watchRequests, turnTo } = this.options;
    const place: Place = { name: toxic.name, ...kept, stage: undefined, leaving: false };
    const random = randomFor(toxic);
    kept.effects.struck = random.next() < toxic.toxicity;
    this.places.splice(index, 0, place);
    if (!kept.effects.struck) return;
    const pass = (chunk: Chunk): void => {
      kept.effects.bytesOut += chunk.bytes?.length ?? 0;
      this.deliver(this.places.indexOf(place) + 1, chunk);
    };
    place.stage = toxic.kind.open(toxic.attributes, { clock, random, stream, watchRequests, turnTo, ...kept, pass });
  }

  private takeOut(place: Place): void {
    const index = this.places.indexOf(place);
    this.places.splice(index, 1);
    for (const each of this.onTheWay) if (each.from > index) each.from -= 1;
    const reason: CloseReason = place.effects.inForce ? "changed" : "removed";
    for (const chunk of place.stage?.close(reason) ?? []) {
      place.effects.bytesOut += chunk.bytes?.length ?? 0;
      this.deliver(index, chunk);
    }
    this.balance();
  }

  private find(name: string): Place | undefined {
    return this.places.find((each) => each.name === name && !each.leaving);
  }

  private effectsOf(toxic: Toxic): ToxicEffects {
    const known = this.remembered.get(toxic.name);
    const effects = known?.type === toxic.kind.type ? known : noEffects(toxic.name, toxic.kind.type);
    effects.inForce = true;
    this.remembered.delete(toxic.name);
    for (const [name, old] of this.remembered) {
      if (this.remembered.size < REMEMBERED_TOXICS) break;
      if (!old.inForce) this.remembered.delete(name);
    }
    this.remembered.set(toxic.name, effects);
    return effects;
  }
}
