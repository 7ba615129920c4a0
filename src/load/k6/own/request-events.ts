// Requests of a k6 as events of the trial. k6 does not know when a request was due: it counts from when k6 asked, its
// connection included.

import type { Ms } from "../../../core/units.ts";
import type { RequestEvent } from "../../../records/timeline/request.ts";
import type { Asked, Point } from "./points.ts";

/** Checks follow their request at once; k6 hands samples on every 200 ms. */
const heldMs: Ms = 500;

interface Held {
  readonly event: RequestEvent;
  readonly timer: NodeJS.Timeout;
}

interface RequestEventsOptions {
  /** ms to be added to k6's instants. */
  readonly shiftMs: () => Ms;
  readonly emit: (event: RequestEvent) => void;
}

/** Codes of k6 (lib/netext/httpext/error_codes.go), in the words of our own requests. */
const words: Readonly<Record<string, string>> = {
  "1050": "timeout",
  "1212": "connection refused",
  "1220": "connection lost",
};

export class RequestEvents {
  readonly #options: RequestEventsOptions;
  /** By user and iteration. */
  readonly #held = new Map<string, Held>();
  #last = 0;

  constructor(options: RequestEventsOptions) {
    this.#options = options;
  }

  /** One that is over; it is told once its checks were. */
  request({ time, duration, blocked, tags, by }: Asked): void {
    const done = micro(time + this.#options.shiftMs());
    const sent = micro(done - duration);
    const error = errorOf(tags["status"] ?? "0", tags["error_code"]);
    const stamps = { at: done, intended: micro(sent - blocked), sent, firstToken: null, right: null } as const;
    const base = { kind: "request", id: (this.#last += 1), ...stamps } as const;
    const event: RequestEvent =
      error === undefined ? { ...base, done, outcome: "answered" } : { ...base, done: null, outcome: "error", error };
    if (by === undefined) return this.#options.emit(event);
    this.#release(by);
    this.#held.set(by, { event, timer: setTimeout(() => this.#release(by), heldMs) });
  }

  check({ by = "", value }: Pick<Point, "by" | "value">): void {
    const held = this.#held.get(by);
    if (held?.event.outcome !== "answered") return;
    this.#held.set(by, { ...held, event: { ...held.event, right: (held.event.right ?? true) && value !== 0 } });
  }

  /** Nothing more is learned of any. */
  close(): void {
    for (const by of this.#held.keys()) this.#release(by);
  }

  #release(by: string): void {
    const held = this.#held.get(by);
    if (held === undefined) return;
    clearTimeout(held.timer);
    this.#held.delete(by);
    this.#options.emit(held.event);
  }
}

function errorOf(status: string, code: string | undefined): string | undefined {
  if (status === "0") return words[code ?? ""] ?? `k6 error ${code ?? "unknown"}`;
  return Number(status) >= 400 ? `status ${status}` : undefined;
}

/** Whole microseconds: more digits would be noise in the timeline. */
const micro = (ms: Ms): Ms => Math.round(ms * 1_000) / 1_000;
