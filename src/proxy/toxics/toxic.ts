// What a toxic is to the proxy: a stage in one direction of one connection, fed with chunks and asked for nothing else.

import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import type { Ms } from "../../core/units.ts";

/** Bytes as they were read from a socket, or (`null`) the sender's end; `arrivedAt` is when they reached this stage. */
export interface Chunk {
  readonly bytes: Buffer | null;
  readonly arrivedAt: Ms;
}

export type ToxicAttributes = Readonly<Record<string, number>>;

/** A toxic at work in one direction of one connection. Must hand on every chunk, in order. */
export interface Stage {
  push(chunk: Chunk): void;
  heldBytes(): number;
  /** Ends the stage; gives back, in order, what it still held. */
  close(): readonly Chunk[];
}

export interface StageContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Hands a chunk on to the next stage or the socket. */
  readonly pass: (chunk: Chunk) => void;
}

/** One kind of toxic: a file beside this one and a line in `table.ts`. */
export interface ToxicKind {
  /** Name as in Toxiproxy's API. */
  readonly type: string;
  /** Fills in defaults; throws an Error in words when an attribute is not acceptable. */
  parse(attributes: unknown): ToxicAttributes;
  open(attributes: ToxicAttributes, context: StageContext): Stage;
}
