// The newest requests of every stream of a trial, and what was counted of those that were let go.

import type { LoadSpec } from "../../records/conditions.ts";
import { streamsOf } from "../../core/streams.ts";
import type { LoadedStream } from "../../core/streams.ts";
import type { Ms } from "../../core/units.ts";
import { makeRawTail } from "./raw-tail.ts";
import type { RawTail } from "./raw-tail.ts";
import type { SettledRequest } from "./requests.ts";
import { makeSettledCounts } from "./settled-counts.ts";
import type { SettledCounts } from "./settled-counts.ts";

/** One stream; the tail of the default stream also holds the samples of the state probes. */
export interface StreamTail {
  readonly stream: LoadedStream;
  readonly tail: RawTail;
  readonly counts: SettledCounts;
}

/** All streams, the default stream first. */
export type StreamTails = readonly [StreamTail, ...StreamTail[]];

/** Streams of which nothing was seen yet. */
export function makeStreamTails(load: LoadSpec): StreamTails {
  const [first, ...others] = streamsOf(load);
  return [tailOf(first), ...others.map(tailOf)];
}

function tailOf(stream: LoadedStream): StreamTail {
  return { stream, tail: makeRawTail(stream.slowOverMs), counts: makeSettledCounts() };
}

/** The stream of that name, undefined for the default stream; undefined when the trial has no such stream. */
export function tailNamed(tails: StreamTails, name: string | undefined): StreamTail | undefined {
  return tails.find(({ stream }) => stream.name === name);
}

/** Remembers of every stream how it stood at an instant, ms; see `SettledCounts`. */
export function noteAt(tails: StreamTails, at: Ms): void {
  for (const { tail, counts } of tails) counts.note(at, tail.requests());
}

/** Requests of one stream that are still there, and how late one of them is slow. */
export interface StreamRequests {
  readonly slowOverMs: Ms;
  requests(from: Ms, to: Ms): readonly SettledRequest[];
}
