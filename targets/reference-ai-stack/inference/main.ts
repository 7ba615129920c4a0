// An inference replica's process: configuration from the environment, one server, gone on SIGTERM.

import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { INFERENCE_IDS, readStackConfig } from "../config.ts";
import { createInferenceApp } from "./app.ts";
import { ENGINE_VERSION } from "./engine.ts";
import { DEFAULT_PACE } from "./token-stream.ts";

/** Requests answered at once by one replica, and requests that may wait beyond them. */
const SLOTS = 8;
const MAX_WAITING = 32;

const config = readStackConfig(process.env);
const replica = config.replicaId ?? "";
const known = INFERENCE_IDS.find((id) => id === replica);
const port = config.replicaPort ?? (known === undefined ? undefined : config.ports[known]);
if (!/^inference-\d+$/.test(replica) || port === undefined) {
  throw new Error(
    `REPLICA_ID is ${JSON.stringify(config.replicaId)}; expected ${INFERENCE_IDS.join(", ")}, or REPLICA_PORT`,
  );
}
const telemetry = createTelemetry({ service: "inference", replica }, config);
const { log, tracer } = telemetry;
const registry = createRegistry("inference", replica);
const app = createInferenceApp({
  model: config.inferenceUpstreamUrl === undefined ? ENGINE_VERSION : "upstream",
  slots: SLOTS,
  maxWaiting: MAX_WAITING,
  pace: DEFAULT_PACE,
  ...(config.inferenceUpstreamUrl === undefined ? {} : { upstreamUrl: config.inferenceUpstreamUrl }),
  registry,
  tracer,
  log,
});
const server = await serveOn(app, port, () => telemetry.end());
telemetry.start(() => registry);
log.info("listening", { port: server.port });
