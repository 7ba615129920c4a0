// vLLM's metric names, so that dashboards and loops written for vLLM read this replica unchanged.

import { Gauge, Histogram, type Registry } from "prom-client";
import type { SlotQueue } from "./slot-queue.ts";

/** Bucket bounds in seconds. */
const LATENCY_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10, 30];
const TOKEN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** What one request reports; all times in ms. */
export interface InferenceMetrics {
  firstToken(ms: number): void;
  /** Mean gap between the tokens of one chunk and the chunk before. */
  betweenTokens(ms: number): void;
  answered(ms: number): void;
}

/** Registers the metrics. `heldTokens` is the number of prompt and answer tokens of the running requests. */
export function createInferenceMetrics(
  registry: Registry,
  model: string,
  queue: SlotQueue,
  tokens: { readonly held: () => number; readonly capacity: number },
): InferenceMetrics {
  const labels = { model_name: model };
  const labelNames = ["model_name"] as const;
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge<"model_name"> = new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect: () => made.set(labels, read()),
    });
  };
  gauge("vllm:num_requests_running", "Requests that hold a slot.", () => queue.running());
  gauge("vllm:num_requests_waiting", "Requests that wait for a slot.", () => queue.waiting());
  gauge(
    "vllm:kv_cache_usage_perc",
    "Share (0 to 1) of the token budget held by running requests; the extractive engine keeps no real KV cache.",
    () => Math.min(1, tokens.held() / tokens.capacity),
  );
  const histogram = (name: string, help: string, buckets: number[]): ((ms: number) => void) => {
    const made = new Histogram({ name, help, labelNames, buckets, registers });
    return (ms) => made.observe(labels, ms / 1000);
  };
  return {
    firstToken: histogram("vllm:time_to_first_token_seconds", "From arrival to the first token.", LATENCY_BUCKETS),
    betweenTokens: histogram("vllm:inter_token_latency_seconds", "Gap between two tokens of an answer.", TOKEN_BUCKETS),
    answered: histogram("vllm:e2e_request_latency_seconds", "From arrival to the last token.", LATENCY_BUCKETS),
  };
}
