// The gateway's metrics under OpenTelemetry's GenAI names, kept here because the convention is still in development:
// the names moved from open-telemetry/semantic-conventions to a repository of their own, semantic-conventions-genai. In
// Prometheus a time has two spellings, and loops know either: without a unit when an SDK's exporter is scraped, with
// `_seconds` when it was pushed by OTLP. The usage of tokens has one.

import { Counter, Histogram, type Registry } from "prom-client";

/** Values of `gen_ai.operation.name` that the gateway performs. */
export type Operation = "chat" | "embeddings" | "retrieval";

export interface GatewayMetrics {
  /** One operation is over; `errorType` is empty when it went well. */
  operation(name: Operation, ms: number, errorType: string): void;
  firstToken(ms: number): void;
  tokens(input: number, output: number): void;
  retry(service: string): void;
}

/** Bucket bounds in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096];

/** Registers the metrics. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const seconds = (name: string, help: string, labelNames: readonly string[] = []) => {
    const spellings = [name, `${name}_seconds`].map(
      (spelling) => new Histogram({ name: spelling, help, labelNames: [...labelNames], buckets: SECONDS, registers }),
    );
    return (labels: Readonly<Record<string, string>>, ms: number): void => {
      for (const spelling of spellings) spelling.observe(labels, ms / 1000);
    };
  };
  const labelsOfDuration = ["gen_ai_operation_name", "error_type"];
  const duration = seconds(
    "gen_ai_client_operation_duration",
    "Duration of one operation as the gateway saw it.",
    labelsOfDuration,
  );
  const firstToken = seconds("gen_ai_server_time_to_first_token", "From a chat request's arrival to its first token.");
  const usage = new Histogram({
    name: "gen_ai_client_token_usage",
    help: "Tokens of one chat.",
    labelNames: ["gen_ai_token_type"] as const,
    buckets: TOKENS,
    registers,
  });
  const retries = new Counter({
    name: "gateway_retries_total",
    help: "Requests asked once more at another replica.",
    labelNames: ["upstream_service"] as const,
    registers,
  });
  return {
    operation: (name, ms, errorType) => duration({ gen_ai_operation_name: name, error_type: errorType }, ms),
    firstToken: (ms) => firstToken({}, ms),
    tokens(input, output) {
      usage.observe({ gen_ai_token_type: "input" }, input);
      usage.observe({ gen_ai_token_type: "output" }, output);
    },
    retry: (service) => retries.inc({ upstream_service: service }),
  };
}
