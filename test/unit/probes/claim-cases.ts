import { serveForTest } from "../../support/serve-for-test.ts";
import type { Server, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { onTestFinished } from "vitest";
import { openFeed } from "../../../src/probes/healer-claims.ts";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";

export const event = {
  specversion: "1.0",
  id: "e-1",
  source: "/healer",
  type: "healing.incident.detected",
  subject: "inc-1",
  time: "2026-01-01T00:00:00Z",
  data: { incident: "inc-1", scope: { service: "vector", replica: "vector-2" }, confidence: 0.9, reasons: ["odd"] },
};

export const claim = {
  type: "detected",
  id: "e-1",
  incident: "inc-1",
  time: "2026-01-01T00:00:00Z",
  scope: { service: "vector", replica: "vector-2" },
  confidence: 0.9,
  reasons: ["odd"],
};

export interface Feed {
  readonly server: Server;
  readonly url: string;
  readonly listeners: ServerResponse[];
}

export async function feedServer(port = 0): Promise<Feed> {
  const listeners: ServerResponse[] = [];
  const { server, url } = await serveForTest((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    listeners.push(response);
  }, port);
  return { server, url: `${url}/events`, listeners };
}

/** Listens for the length of the test; what came in so far. */
export function listen(url: string): FeedItem[] {
  const stop = new AbortController();
  const items: FeedItem[] = [];
  const listening = openFeed(url, { now: () => performance.now() }, stop.signal, (item) => items.push(item));
  onTestFinished(async () => {
    stop.abort();
    await listening;
  });
  return items;
}

export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 4_500;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("did not come true within 4.5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const states = (items: readonly FeedItem[]) =>
  items.flatMap((item) => (item.kind === "feed" ? [item.state] : []));

export const has = (items: readonly FeedItem[], kind: FeedItem["kind"]) => items.some((item) => item.kind === kind);
