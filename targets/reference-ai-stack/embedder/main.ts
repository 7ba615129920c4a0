// The embedder's process: listens at once; texts known to the cache need no model, so the model comes a little later.
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { VECTOR_ROWS, vectorCacheFile } from "../cache-settings.ts";
import { createRowFile } from "../common/row-file.ts";
import { readStackConfig } from "../config.ts";
import { createEmbedderApp } from "./app.ts";
import { readEmbeddingCache } from "./cache.ts";
import { keepInFile } from "./kept-vectors.ts";
import { holdModel } from "./held-model.ts";
import { ensureInstalled, modelFolder } from "./model-files.ts";
import { startModelThread } from "./model-thread.ts";

const config = readStackConfig(process.env);
const telemetry = createTelemetry({ service: "embedder", replica: "embedder" }, config);
const { log, tracer } = telemetry;
const registry = createRegistry("embedder", "embedder");
const { rows, rowBytes } = VECTOR_ROWS;
const inFile = () =>
  keepInFile(
    rows,
    () => performance.now(),
    () => createRowFile(vectorCacheFile(config.dataDir, "embedder"), rows, rowBytes),
  );
const cache = readEmbeddingCache(config.cacheDir, ...(config.caches.vectorsInFile ? [inFile()] : []));
/**
 * Loading takes a second of a core, which the other services need more while the stack starts. A cache miss starts it
 * at once.
 */
const MODEL_LOAD_DELAY_MS = 2000;
const folder = config.installsModel ? modelFolder(config.dataDir, "embedder") : undefined;
if (folder !== undefined) await ensureInstalled(folder);
const model = holdModel(folder, startModelThread, (what, reason) =>
  reason === undefined ? log.info(what) : log.error(what, { reason }),
);

const app = createEmbedderApp({
  cache,
  cacheToken: config.cacheToken,
  model,
  registry,
  tracer,
  log,
});
const server = await serveOn(app, config.ports.embedder, async () => {
  cache.close();
  await telemetry.end();
});
telemetry.start(() => registry);
log.info("serving", { port: server.port });
setTimeout(() => void model.loaded().catch(() => undefined), MODEL_LOAD_DELAY_MS).unref();
