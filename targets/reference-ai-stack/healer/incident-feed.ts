// The incident feed: one event at a time to everybody who listens, and a beat that tells that the feed lives.
import { performance } from "node:perf_hooks";
import { sseEvent } from "../common/sse.ts";
import { toCloudEvent } from "./governance/cloud-event.ts";
import type { JournalEvent } from "./governance/journal.ts";
import { NUMBERS } from "./numbers.ts";

export interface IncidentFeed {
  publish(event: JournalEvent): void;
  /** A new listener's stream; it gets what happens from now on. */
  open(): Response;
  listeners(): number;
}

/** `source` names this life of the healer. */
export function createIncidentFeed(source: string): IncidentFeed {
  const listeners = new Set<(piece: string) => void>();
  let seq = 0;
  return {
    publish(event) {
      seq += 1;
      const piece = sseEvent(toCloudEvent(event, source, seq));
      for (const send of listeners) send(piece);
    },
    open: () => streamFor(listeners),
    listeners: () => listeners.size,
  };
}

function streamFor(listeners: Set<(piece: string) => void>): Response {
  const encoder = new TextEncoder();
  let leave = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (piece: string): void => controller.enqueue(encoder.encode(piece));
      const beat = (): void => send(`: ${Math.round(performance.now())}\n\n`);
      const timer = setInterval(beat, NUMBERS.feed.heartbeatMs);
      listeners.add(send);
      leave = () => {
        clearInterval(timer);
        listeners.delete(send);
      };
      beat();
    },
    cancel: () => leave(),
  });
  // Stated, because otherwise the server waits for a second piece before it sends the first.
  const headers = { "content-type": "text/event-stream", "cache-control": "no-cache", "transfer-encoding": "chunked" };
  return new Response(body, { headers });
}
