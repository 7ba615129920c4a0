// The methods of the requests that went to the upstream: an answer to HEAD has no body, whatever its head says.

import { HttpReader } from "./reader.ts";

/** Requests that may wait for their answer; beyond it the oldest are forgotten. */
const LONGEST_QUEUE = 1_000;

/** One reader's place in the row of requests. */
export interface RequestWatch {
  /** Method of the next request that has no answer yet; undefined when none was seen. */
  next(): string | undefined;
  stop(): void;
}

export interface RequestLog {
  watch(): RequestWatch;
}

/** `listen` is called with where the bytes towards the upstream are to be told, and with nothing when nobody watches. */
export function makeRequestLog(listen: (feed: ((bytes: Buffer) => void) | undefined) => void): RequestLog {
  const queues = new Set<string[]>();

  function start(): void {
    const reader = new HttpReader({
      what: "request",
      methodOf: () => undefined,
      onPart(part) {
        if (part.kind !== "head") return;
        for (const queue of queues) {
          queue.push(part.head.method);
          if (queue.length > LONGEST_QUEUE) queue.shift();
        }
      },
    });
    listen((bytes) => reader.feed(bytes));
  }

  return {
    watch() {
      const queue: string[] = [];
      if (queues.size === 0) start();
      queues.add(queue);
      return {
        next: () => queue.shift(),
        stop() {
          queues.delete(queue);
          if (queues.size === 0) listen(undefined);
        },
      };
    },
  };
}
