// What the proxy did to each connection, as plain JSON: the proof that a toxic took effect, seen where it was done.

import type { Ms } from "../core/units.ts";

export type StreamName = "upstream" | "downstream";

/** What one toxic did to one direction of one connection, from the connection's begin. */
export interface ToxicEffects {
  readonly toxic: string;
  readonly type: string;
  /** Whether its toxicity chose this connection (at the last decision). */
  struck: boolean;
  /** False once the toxic is taken away. */
  inForce: boolean;
  bytesIn: number;
  bytesOut: number;
  /** Chunks that it held back, the ms that it added to them together, and the most to one of them. */
  chunksDelayed: number;
  addedMs: Ms;
  longestAddedMs: Ms;
  slices: number;
  segmentsStalled: number;
  requestsErrored: number;
  responsesCut: number;
  /** Requests that were sent to another place than the upstream. */
  requestsMisrouted: number;
  /** Connections ended in order (0 or 1) and with a reset (0 or 1). */
  closes: number;
  resets: number;
  /** Bytes that an HTTP toxic let through because they are not HTTP/1. */
  bytesNotHttp: number;
}

export interface StreamEffects {
  /** Read from the sender, written towards the receiver. */
  bytesIn: number;
  bytesOut: number;
  readonly toxics: readonly ToxicEffects[];
}

export interface ConnectionEffects {
  /** Counts the proxy's connections from 1, in the order in which they were accepted. */
  readonly connection: number;
  readonly open: boolean;
  readonly streams: Readonly<Record<StreamName, StreamEffects>>;
}

/** Nothing done yet. */
export function noEffects(toxic: string, type: string): ToxicEffects {
  return {
    toxic,
    type,
    struck: false,
    inForce: true,
    bytesIn: 0,
    bytesOut: 0,
    chunksDelayed: 0,
    addedMs: 0,
    longestAddedMs: 0,
    slices: 0,
    segmentsStalled: 0,
    requestsErrored: 0,
    responsesCut: 0,
    requestsMisrouted: 0,
    closes: 0,
    resets: 0,
    bytesNotHttp: 0,
  };
}

/** Counts one chunk that was held back for `ms`. */
export function countDelay(effects: ToxicEffects, ms: Ms): void {
  effects.chunksDelayed += 1;
  effects.addedMs += ms;
  effects.longestAddedMs = Math.max(effects.longestAddedMs, ms);
}
