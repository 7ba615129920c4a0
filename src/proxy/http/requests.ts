// The methods of the requests that went to the upstream: an answer to HEAD has no body, whatever its head says.

import { HttpReader } from "./reader.ts";

/** Requests that may wait for their answer; beyond it the oldest are forgotten. */
const LONGEST_QUEUE = 1_000;
const LETTER_H = 0x48;

/** One reader's place in the row of requests. */
export interface RequestWatch {
  /** Method of the next request that has no answer yet; undefined when none was seen. */
  next(): string | undefined;
  stop(): void;
}

export interface RequestLog {
  /** Told every byte that goes to the upstream. */
  readonly feed: (bytes: Buffer) => void;
  watch(): RequestWatch;
}

/** `answered` gives the bytes that have come back so far. While nobody watches, only a HEAD that waits is noted. */
export function makeRequestLog(answered: () => number): RequestLog {
  const queues = new Set<string[]>();
  let reader: HttpReader | undefined;
  /** Bytes answered when the newest bytes went, if those began a HEAD. */
  let headSentAt: number | undefined;

  function startReading(): HttpReader {
    return new HttpReader({
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
  }

  return {
    feed(bytes) {
      headSentAt = bytes[0] === LETTER_H && bytes.toString("latin1", 0, 5) === "HEAD " ? answered() : undefined;
      reader?.feed(bytes);
    },
    watch() {
      // A toxic that comes or changes while a HEAD waits must not take the next answer for its body.
      const queue: string[] = headSentAt !== undefined && headSentAt === answered() ? ["HEAD"] : [];
      reader ??= startReading();
      queues.add(queue);
      return {
        next: () => queue.shift(),
        stop() {
          queues.delete(queue);
          if (queues.size === 0) reader = undefined;
        },
      };
    },
  };
}
