// What a toxic is to the proxy: a stage in one direction of one connection, fed with chunks and asked for nothing else.

import type { Clock, Ms } from "../../core/units.ts";
import type { Random } from "../../core/random.ts";
import type { ToxicEffects } from "../effects.ts";
import type { RequestWatch } from "../http/requests.ts";

/**
 * Bytes as they were read from a socket; `arrivedAt` is when they reached the proxy (later, once a latency has
 * counted).
 */
interface DataChunk {
  readonly bytes: Buffer;
  readonly arrivedAt: Ms;
}

/**
 * The last chunk of a direction. `end`: the sender closed its side (the other direction goes on) · `close`: a toxic
 * ends the connection, what is before it still arrives · `reset`: a toxic ends it with a TCP reset, both ways, at once.
 */
export interface EndChunk {
  readonly bytes: null;
  readonly how: "end" | "close" | "reset";
  readonly arrivedAt: Ms;
}

export type Chunk = DataChunk | EndChunk;

/** Every attribute of the kind by name. Whole numbers beyond ±2^53 are cut to it; the API still prints them in full. */
export type ToxicAttributes = Readonly<Record<string, number>>;

/**
 * One attribute of a kind. `int` is Go's int64 without limits of its own, as in Toxiproxy; `share` is a number from 0
 * to 1. `min` and `max` are for toxics that Toxiproxy does not have: beyond them the API answers 400.
 */
export interface AttributeSpec {
  readonly name: string;
  readonly type: "int" | "share";
  /** Taken when the creating call does not say; 0 in all of Toxiproxy's own. */
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

/**
 * Why a stage is closed: its attributes change (a new stage takes over), it is taken away, or the connection is over.
 */
export type CloseReason = "changed" | "removed" | "over";

/**
 * A toxic at work in one direction of one connection. Hands on every chunk, in order, unless losing them is its harm.
 */
export interface Stage {
  push(chunk: Chunk): void;
  /** What it holds now, by `heldCost`. */
  heldBytes(): number;
  /** Bytes it may hold before the sender is stopped; 4 MiB when absent. */
  readonly holdLimit?: number;
  /** True while it cannot be taken out without breaking what it has begun; the lane then waits for a later chunk. */
  busy?(): boolean;
  /** It is busy and is to be taken out: it brings what it has begun to its end as soon as it can. */
  leave?(): void;
  /** Ends the stage and its timers; gives back, in order, what has still to go on. */
  close(reason: CloseReason): readonly Chunk[];
}

export interface StageContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly stream: "upstream" | "downstream";
  /** What it did to this connection, for `GET /proxies/{name}/effects`; bytes in and out are counted by the lane. */
  readonly effects: ToxicEffects;
  /** Numbers that outlive a change of the attributes in this connection (Toxiproxy's stateful toxics). */
  readonly memory: Map<string, number>;
  /** Begins to note the methods of the requests that go to the upstream. */
  readonly watchRequests: () => RequestWatch;
  /**
   * From now on the connection's bytes go to that port of this machine and its answers come from there; undefined: the
   * proxy's own upstream. Only between an answer and the next request: what is still due from the other is lost.
   */
  readonly turnTo: (port: number | undefined) => void;
  /** Hands a chunk on to the next stage or the socket; not to be called after `close`. */
  readonly pass: (chunk: Chunk) => void;
}

/** One kind of toxic: a file beside this one and a line in `table.ts`. */
export interface ToxicKind {
  /** Name as in Toxiproxy's API. */
  readonly type: string;
  /** In the order in which the API prints them. */
  readonly attributes: readonly AttributeSpec[];
  /** The one stream that it can strike; absent: either. The API refuses the other one with 400. */
  readonly only?: "upstream" | "downstream";
  open(attributes: ToxicAttributes, context: StageContext): Stage;
}
