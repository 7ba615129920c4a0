// What the gateway's cache of answers does, as counters: its hit rate is hits over hits and misses.
import { Counter, Gauge, type Registry } from "prom-client";
import type { DropReason } from "./answer-cache.ts";

export interface CacheMetrics {
  /** `around`: the client wanted no kept answer; `isPlain`: it had no wish at all, as users have none. */
  asked(how: "hit" | "miss" | "around", isPlain: boolean): void;
  /** Chats without a wish so far. */
  plain(): number;
  /** One more answer was kept; so many there are. */
  kept(count: number): void;
  dropped(reason: DropReason, count: number): void;
}

/** Registers the metrics. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  const registers = [registry];
  const asked = new Counter({
    name: "gateway_answer_cache_requests_total",
    help: "Chats that were looked up among kept answers, by what came of it.",
    labelNames: ["result"] as const,
    registers,
  });
  const dropped = new Counter({
    name: "gateway_answer_cache_dropped_total",
    help: "Kept answers that were dropped, by why.",
    labelNames: ["reason"] as const,
    registers,
  });
  const entries = new Gauge({ name: "gateway_answer_cache_entries", help: "Answers that are kept.", registers });
  let plain = 0;
  return {
    asked(result, isPlain) {
      asked.inc({ result });
      if (isPlain) plain += 1;
    },
    plain: () => plain,
    kept: (count) => entries.set(count),
    dropped(reason, count) {
      dropped.inc({ reason }, count);
      entries.dec(count);
    },
  };
}
