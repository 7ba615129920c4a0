// Listens to a source of claims for as long as a test runs.

import { onTestFinished } from "vitest";
import type { FeedSource } from "../../src/core/feed-source.ts";
import type { FeedItem } from "../../src/probes/healer-claims.ts";
import { listenToSource } from "../../src/probes/sources/listen.ts";

const serviceOf = new Map([
  ["web-1", "web"],
  ["web-2", "web"],
]);

/** Listens until the test is over; `until` resolves with an event that fits, `over` once nobody listens any more. */
export function listenTo(source: FeedSource) {
  const ending = new AbortController();
  const events: FeedItem[] = [];
  const waiting = new Set<() => void>();
  const began = performance.now();
  const over = listenToSource(source, {
    clock: { now: () => performance.now() - began },
    signal: ending.signal,
    onEvent: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
    fill: (text) => text.replace("{port:web-1}", "9001"),
    allows: () => false,
    serviceOf,
  });
  onTestFinished(async () => {
    ending.abort();
    await over;
  });
  const until = (fits: (event: FeedItem) => boolean): Promise<FeedItem> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { events, until, over };
}
