// The names of telemetry in one place. Those of generative AI are from the repository
// open-telemetry/semantic-conventions-genai (they moved there from open-telemetry/semantic-conventions, where all are
// deprecated since 1.45.0). The convention is in development, so no package is asked for them.

/** Metrics with their unit (UCUM) and the bounds of their buckets: OTel's default bounds are ms whatever the unit. */
export const GENAI_METRIC = {
  clientDuration: "gen_ai.client.operation.duration",
  timeToFirstToken: "gen_ai.server.time_to_first_token",
  timePerOutputToken: "gen_ai.server.time_per_output_token",
  tokenUsage: "gen_ai.client.token.usage",
} as const;

/** Bucket bounds in seconds. */
export const SECONDS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30];
/** Bucket bounds in seconds, for the time of one token. */
export const TOKEN_SECONDS_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5];
/** Bucket bounds in tokens. */
export const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1024, 4096];

/** Unit of each of these metrics, as the convention has it. */
export const GENAI_UNIT: Readonly<Record<string, string>> = {
  [GENAI_METRIC.clientDuration]: "s",
  [GENAI_METRIC.timeToFirstToken]: "s",
  [GENAI_METRIC.timePerOutputToken]: "s",
  [GENAI_METRIC.tokenUsage]: "{token}",
};

export const ATTRIBUTE = {
  operationName: "gen_ai.operation.name",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  toolName: "gen_ai.tool.name",
  tokenType: "gen_ai.token.type",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  // From open-telemetry/semantic-conventions.
  errorType: "error.type",
  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatus: "http.response.status_code",
  serverAddress: "server.address",
  serverPort: "server.port",
  peerService: "peer.service",
  serviceName: "service.name",
  serviceInstance: "service.instance.id",
  // Our own: which replica of the service was called, as the caller's balancer chose it.
  peerReplica: "stack.peer.replica",
  incident: "stack.incident.id",
  incidentClass: "stack.incident.class",
} as const;

/** Values of `gen_ai.operation.name` that the stack performs. */
export const OPERATION = {
  chat: "chat",
  embeddings: "embeddings",
  retrieval: "retrieval",
  executeTool: "execute_tool",
} as const;
export type GenAiOperation = (typeof OPERATION)[keyof typeof OPERATION];

/** A metric's or attribute's name as a Prometheus page without units writes it. */
export function plainPrometheusName(name: string): string {
  return name.replaceAll(".", "_");
}

/** The name of a metric in seconds as a page with units writes it. */
export function secondsPrometheusName(name: string): string {
  return `${plainPrometheusName(name)}_seconds`;
}
