// The streams of requests that a trial sends, in one list: the default stream, whose load is the load's own, and the
// others by name.

import type { LoadSpec, StreamLoad } from "../records/conditions.ts";
import type { Ms } from "./units.ts";

/** One stream of requests and how its requests come. */
export interface LoadedStream extends StreamLoad {
  /** As events and expressions name it; absent for the default stream. */
  readonly name?: string;
}

/** Every stream of a load; the default stream comes first. */
export function streamsOf({ streams = {}, ...load }: LoadSpec): readonly [LoadedStream, ...LoadedStream[]] {
  const { arrival, ratePerSecond, slowOverMs, timeoutMs, closedLoop, requestsPerSession } = load;
  const own = {
    arrival,
    ratePerSecond,
    slowOverMs,
    timeoutMs,
    ...(closedLoop && { closedLoop }),
    ...(requestsPerSession !== undefined && { requestsPerSession }),
  };
  return [own, ...Object.entries(streams).map(([name, stream]) => ({ name, ...stream }))];
}

/** How requests of one stream come; undefined when the load has no such stream. Without a name: the default stream. */
export function streamNamed(load: LoadSpec, name: string | undefined): LoadedStream | undefined {
  return streamsOf(load).find((stream) => stream.name === name);
}

/** A request of any stream takes no longer than this to be slow, ms. */
export function greatestSlowOverMs(load: LoadSpec): Ms {
  return Math.max(...streamsOf(load).map(({ slowOverMs }) => slowOverMs));
}

/** Requests of the rarest stream, each second; of those beside the default stream whose times we keep ourselves. */
export function leastRate(load: LoadSpec): number {
  const [first, ...others] = streamsOf(load);
  const ours = others.filter(({ closedLoop }) => closedLoop !== true);
  return Math.min(...[first, ...ours].map(({ ratePerSecond }) => ratePerSecond));
}

/** Requests a second of all streams whose times we keep ourselves. */
export function askedPerSecond(load: LoadSpec): number {
  const ours = streamsOf(load).filter(({ closedLoop }) => closedLoop !== true);
  return ours.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
}

/** What is shown of a stream: `users`, or `users of chat`. */
export function streamWords(name: string | undefined): string {
  return name === undefined ? "users" : `users of ${name}`;
}
