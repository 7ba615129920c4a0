// An inference replica's process: configuration from the environment, one server, gone on SIGTERM.

import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig } from "../config.ts";
import { INFERENCE_IDS } from "../edge-settings.ts";
import { FIRST_VERSION, loadedSchema } from "../common/model-card.ts";
import { createInferenceApp } from "./app.ts";
import { openEngine } from "./bundled-engine.ts";
import { startEngine } from "./engine-door.ts";
import { DEFAULT_PACE } from "./token-stream.ts";
import { fitFor } from "./fit.ts";
import { createVersions } from "./versions.ts";

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
// The supervisor keeps what is served; a restarted replica loads what is served now.
const given = process.env["INFERENCE_MODELS"];
const versions =
  given === undefined
    ? undefined
    : createVersions(loadedSchema.parse(JSON.parse(given)), performance.now(), fitFor(config.inference));
const { slots, maxWaiting, apart, engine } = config.inference;
// Where somebody else answers, an engine would only take memory.
const elsewhere = apart && config.inferenceUpstreamUrl === undefined ? startEngine(log, config.inference) : undefined;
const openedEngine = elsewhere ?? openEngine(config);
// Loading a model stops this process for moments, in which it would answer no health check.
await openedEngine.ready;
const plain = createInferenceApp({
  model: config.inferenceUpstreamUrl === undefined ? FIRST_VERSION[engine] : "upstream",
  slots,
  maxWaiting,
  pace: DEFAULT_PACE,
  engine: openedEngine,
  cacheToken: config.cacheToken,
  ...(versions !== undefined && { versions, loadToken: config.loadToken }),
  ...(config.inferenceUpstreamUrl === undefined ? {} : { upstreamUrl: config.inferenceUpstreamUrl }),
  registry,
  tracer,
  log,
});
// The one door to ../sabotage/ in this process: planted defects, to test the observer.
const app =
  config.sabotage === undefined
    ? plain
    : (await import("../sabotage/table.ts")).wrapInference(config.sabotage, plain, log);
const server = await serveOn(app, port, () => {
  elsewhere?.end();
  return telemetry.end();
});
telemetry.start(() => registry);
log.info("listening", { port: server.port });
