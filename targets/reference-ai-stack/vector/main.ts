// A vector replica's process: its own files below the data folder, one server, gone on SIGTERM. A file that cannot be
// an index ends it with the reason on stderr; nothing is repaired here.
import { messageOf } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig } from "../config.ts";
import { VECTOR_IDS } from "../edge-settings.ts";
import { createVectorApp } from "./app.ts";
import { loadEngine } from "./engines/table.ts";
import { ensureReplicaFiles } from "./files-at-start.ts";
import { replicaFiles } from "./layout.ts";
import { openReplica } from "./replica.ts";
import { madeOfSnapshot } from "./snapshot.ts";

const config = readStackConfig(process.env);
const id = VECTOR_IDS.find((known) => known === config.replicaId);
if (id === undefined)
  throw new Error(`REPLICA_ID is ${config.replicaId ?? "absent"}; expected ${VECTOR_IDS.join(" or ")}`);
const telemetry = createTelemetry({ service: "vector", replica: id }, config);
const { log, tracer } = telemetry;
try {
  const engine = await loadEngine(config.vectorEngine);
  const files = replicaFiles(config.dataDir, id, engine.name);
  const copied = await ensureReplicaFiles(files, config.cacheDir, engine);
  const replica = await openReplica(files, engine, () => madeOfSnapshot(config.cacheDir, engine.name));
  const lacks = replica.lacks();
  if (lacks !== null) log.warn("no index to answer from, the records alone are asked", { reason: lacks });
  // Its engine is gone and answers nothing any more: whoever starts replicas starts both anew.
  replica.onEngineEnd((reason) => {
    log.error("the engine is gone", { engine: engine.name, reason });
    process.exit(1);
  });
  const principals = { supervisor: config.reloadToken };
  const writers = { ingestion: config.writeToken };
  const registry = createRegistry("vector", id);
  // Where documents come through the ingestion, one that came past it would number the rows of one replica otherwise.
  const recorders = config.ingestion.isOn ? null : { gateway: config.recordsToken };
  const app = createVectorApp({ replica, principals, writers, recorders, registry, tracer, log });
  const server = await serveOn(app, config.ports[id], async () => {
    await replica.close();
    await telemetry.end();
  });
  telemetry.start(() => registry);
  log.info("serving", { port: server.port, rows: replica.rows(), engine: engine.name, fromSnapshot: copied });
} catch (error) {
  log.error("cannot serve", { reason: messageOf(error) });
  process.exit(1);
}
