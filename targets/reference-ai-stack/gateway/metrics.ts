// The gateway's metrics under OpenTelemetry's GenAI names. In Prometheus a time has two spellings, and loops know
// either: without a unit when an SDK's exporter is scraped, with `_seconds` when it was pushed by OTLP. The usage of
// tokens has one.

import { Counter, Histogram, type Registry } from "prom-client";
import {
  ATTRIBUTE,
  GENAI_METRIC,
  plainPrometheusName,
  SECONDS_BOUNDS,
  secondsPrometheusName,
  TOKEN_BOUNDS,
  TOKEN_SECONDS_BOUNDS,
  type GenAiOperation,
} from "../common/telemetry/names.ts";

/** One operation that is over. */
interface OperationEnd {
  readonly name: GenAiOperation;
  readonly ms: number;
  /** Empty when it went well. */
  readonly errorType: string;
  /** As the client named it; empty when it named none. */
  readonly model: string;
}

export interface GatewayMetrics {
  operation(end: OperationEnd): void;
  firstToken(ms: number): void;
  /** From the first token to the last of an answer that went well: the mean for each token after the first. */
  outputToken(ms: number): void;
  tokens(input: number, output: number): void;
  retry(service: string): void;
  /** A chat of low priority was refused. */
  shed(): void;
}

/** Clients may name any model; more names than these are one, so that nobody can make series without end. */
const MOST_MODELS = 16;

/** Registers the metrics. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const seconds = (name: string, help: string, { labelNames = [] as string[], buckets = SECONDS_BOUNDS } = {}) => {
    const spellings = [plainPrometheusName(name), secondsPrometheusName(name)].map(
      (spelling) => new Histogram({ name: spelling, help, labelNames, buckets, registers }),
    );
    return (labels: Readonly<Record<string, string>>, ms: number): void => {
      for (const spelling of spellings) spelling.observe(labels, ms / 1000);
    };
  };
  const [operationLabel, modelLabel, errorLabel, typeLabel] = [
    ATTRIBUTE.operationName,
    ATTRIBUTE.requestModel,
    ATTRIBUTE.errorType,
    ATTRIBUTE.tokenType,
  ].map(plainPrometheusName) as [string, string, string, string];
  const duration = seconds(GENAI_METRIC.clientDuration, "Duration of one operation as the gateway saw it.", {
    labelNames: [operationLabel, modelLabel, errorLabel],
  });
  const firstToken = seconds(GENAI_METRIC.timeToFirstToken, "From a chat request's arrival to its first token.");
  const outputToken = seconds(
    GENAI_METRIC.timePerOutputToken,
    "Mean time of a token of an answer after its first one.",
    { buckets: TOKEN_SECONDS_BOUNDS },
  );
  const usage = new Histogram({
    name: plainPrometheusName(GENAI_METRIC.tokenUsage),
    help: "Tokens of one chat.",
    labelNames: [typeLabel],
    buckets: TOKEN_BOUNDS,
    registers,
  });
  const retries = new Counter({
    name: "gateway_retries_total",
    help: "Requests asked once more at another replica.",
    labelNames: ["upstream_service"] as const,
    registers,
  });
  const shed = shedCounter(registry);
  const models = new Set<string>();
  const known = (model: string): string => {
    if (models.size < MOST_MODELS) models.add(model);
    return models.has(model) ? model : "other";
  };
  return {
    operation: ({ name, ms, errorType, model }) =>
      duration({ [operationLabel]: name, [modelLabel]: known(model), [errorLabel]: errorType }, ms),
    firstToken: (ms) => firstToken({}, ms),
    outputToken: (ms) => outputToken({}, ms),
    tokens(input, output) {
      usage.observe({ [typeLabel]: "input" }, input);
      usage.observe({ [typeLabel]: "output" }, output);
    },
    shed: () => shed.inc(),
    retry: (service) => retries.inc({ upstream_service: service }),
  };
}

function shedCounter(registry: Registry): Counter {
  return new Counter({
    name: "gateway_shed_total",
    help: "Chats of low priority that were refused so that others are answered. No chats of the duration's.",
    registers: [registry],
  });
}
