// The ingestion's process: takes documents in from the sources' folders, one batch after the other, until SIGTERM.
import { join } from "node:path";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig, VECTOR_IDS } from "../config.ts";
import { createIngestionApp } from "./app.ts";
import { openDoors } from "./doors.ts";
import { openIngestion } from "./ingestion.ts";
import { createIngestionMetrics } from "./metrics.ts";

/** How often the sources' folders are looked at, ms. */
const LOOK_EVERY_MS = 100;

const config = readStackConfig(process.env);
const telemetry = createTelemetry({ service: "ingestion", replica: "ingestion" }, config);
const { log, tracer } = telemetry;
const registry = createRegistry("ingestion", "ingestion");
let wake = (): void => undefined;
const ingestion = openIngestion({
  dir: join(config.dataDir, "ingestion"),
  sourcesDir: config.ingestion.sourcesDir,
  freshWithinMs: config.ingestion.freshWithinMs,
  roomBytes: (config.ingestion.roomKib ?? Infinity) * 1024,
  doors: openDoors({
    embedderPort: config.ingestion.embedderPort ?? config.ports.embedder,
    vectorPorts: VECTOR_IDS.map((id) => config.ports[id]),
    token: config.writeToken ?? "",
  }),
  metrics: createIngestionMetrics(
    registry,
    () => ingestion.lagMs(),
    () => ingestion.countUntaken(),
  ),
  now: () => Date.now(),
  log,
  onArrival: () => wake(),
});
const app = createIngestionApp({
  ingestion,
  principals: { supervisor: config.ingestionToken },
  registry,
  tracer,
  log,
});
const server = await serveOn(app, config.ports.ingestion, () => telemetry.end());
telemetry.start(() => registry);
log.info("serving", { port: server.port });
for (;;) {
  await ingestion.turn();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LOOK_EVERY_MS);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
