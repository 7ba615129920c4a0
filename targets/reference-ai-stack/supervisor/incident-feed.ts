// The incident feed: one event at a time to everybody who listens, and a beat that tells that the feed lives.
import { performance } from "node:perf_hooks";
import { sseEvent } from "../common/sse.ts";
import type { CloudEvent } from "../healer/governance/cloud-event.ts";
import { NUMBERS } from "../healer/numbers.ts";

export interface IncidentFeed {
  /** Sends it, unless one of its source and id was sent before: an actor that was killed may say things again. */
  publish(event: CloudEvent): void;
  /** From now on each event is also given to `hear`, once. */
  onEvent(hear: (event: CloudEvent) => void): void;
  /** A new listener's stream; it gets what happens from now on. */
  open(): Response;
  listeners(): number;
}

/** Events whose ids are remembered; an actor that comes back says again only its last one. */
const REMEMBERED = 2000;

/** A feed without listeners. */
export function createIncidentFeed(): IncidentFeed {
  const listeners = new Set<(piece: string) => void>();
  const sent = new Set<string>();
  const hearers: ((event: CloudEvent) => void)[] = [];
  return {
    publish(event) {
      const name = `${event.source} ${event.id}`;
      if (sent.has(name)) return;
      sent.add(name);
      const [oldest] = sent;
      if (sent.size > REMEMBERED && oldest !== undefined) sent.delete(oldest);
      const piece = sseEvent(event);
      for (const send of listeners) send(piece);
      for (const hear of hearers) hear(event);
    },
    onEvent: (hear) => void hearers.push(hear),
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
