// What a toxic is to the proxy: a stage in one direction of one connection, fed with chunks and asked for nothing else.

import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import type { Ms } from "../../core/units.ts";

/** Bytes as they were read from a socket, or (`null`) the sender's end; `arrivedAt` is when they reached this stage. */
export interface Chunk {
  readonly bytes: Buffer | null;
  readonly arrivedAt: Ms;
}

/** Every attribute of the kind by name. Whole numbers beyond ±2^53 are cut to it; the API still prints them in full. */
export type ToxicAttributes = Readonly<Record<string, number>>;

/**
 * One attribute of a kind. `int` is Go's int64 without limits of its own, as in Toxiproxy; `share` is a number from 0 to 1.
 * `min` and `max` are for toxics that Toxiproxy does not have: beyond them the API answers 400.
 */
export interface AttributeSpec {
  readonly name: string;
  readonly type: "int" | "share";
  /** Taken when the creating call does not say; 0 in all of Toxiproxy's own. */
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

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
  /** In the order in which the API prints them. */
  readonly attributes: readonly AttributeSpec[];
  open(attributes: ToxicAttributes, context: StageContext): Stage;
}
