// The newest stretch of requests and probe samples, as they came; what is older was counted and let go.

import type { LateEvent, RequestEvent } from "../../records/timeline/request.ts";
import type { Ms } from "../../core/units.ts";
import { leftOpen, settle } from "./requests.ts";
import type { SettledRequest } from "./requests.ts";
import { firstAtOrAfter } from "./timeline-view.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";

export interface RawTail {
  take(event: RequestEvent | LateEvent | ReadingEvent): void;
  /** A fault began to be taken back at this instant, ms. */
  release(at: Ms): void;
  /** By settling instant; a request known only to be late so far counts as slow, and as undecided. */
  requests(): readonly SettledRequest[];
  /** By the end of the sample. */
  readings(): readonly ReadingEvent[];
  /** Newest sample of each probe. */
  newest(): ReadonlyMap<string, ReadingEvent>;
  /** Lets go of all that settled or ended before `at`, ms, and returns the requests among it. */
  dropBefore(at: Ms): readonly SettledRequest[];
  /** Requests that came after their stretch was let go: they are counted nowhere. */
  strays(): number;
}

/** An empty tail of requests that are late after `slowOverMs`. */
export function makeRawTail(slowOverMs: Ms): RawTail {
  let requests: SettledRequest[] = [];
  let readings: ReadingEvent[] = [];
  let tidy = true;
  let droppedUntil = -Infinity;
  let strays = 0;
  const late = new Map<number, Ms>();
  const releases: Ms[] = [];
  const newest = new Map<string, ReadingEvent>();

  const tidyUp = (): void => {
    if (!tidy) {
      requests.sort((a, b) => a.at - b.at);
      readings.sort((a, b) => a.at - b.at);
    }
    tidy = true;
  };
  const withLate = (): SettledRequest[] => {
    tidyUp();
    if (late.size === 0) return requests;
    return [...requests, ...[...late.values()].map((at) => openSince(at, slowOverMs))].sort((a, b) => a.at - b.at);
  };

  return {
    take(event) {
      tidy = false;
      if (event.kind === "reading") {
        if (event.at >= droppedUntil) readings.push(event);
        if ((newest.get(event.probe)?.at ?? -Infinity) <= event.at) newest.set(event.probe, event);
      } else if (event.kind === "late") {
        late.set(event.id, event.at);
      } else {
        late.delete(event.id);
        const settled = settle(event, slowOverMs);
        if (settled.at < droppedUntil) strays += 1;
        else requests.push(marked(settled, releases));
      }
    },
    release(at) {
      releases.push(at);
      requests = requests.map((request) => marked(request, releases));
    },
    requests: withLate,
    readings() {
      tidyUp();
      return readings;
    },
    newest: () => newest,
    dropBefore(at) {
      const all = withLate();
      const first = firstAtOrAfter(all, (request) => request.at, at);
      const dropped = all.slice(0, first);
      for (const [id, lateAt] of late) if (lateAt < at) late.delete(id);
      requests = requests.slice(firstAtOrAfter(requests, (request) => request.at, at));
      readings = readings.slice(firstAtOrAfter(readings, (reading) => reading.at, at));
      droppedUntil = Math.max(droppedUntil, at);
      return dropped;
    },
    strays: () => strays,
  };
}

/** A request of which only that it became late at `at`, ms, is known. */
function openSince(at: Ms, slowOverMs: Ms): SettledRequest {
  return { at, meaning: "slow", intended: at - slowOverMs, sent: null, undecided: true };
}

function marked(request: SettledRequest, releases: readonly Ms[]): SettledRequest {
  return leftOpen(request, releases) ? { ...request, undecided: true } : request;
}
