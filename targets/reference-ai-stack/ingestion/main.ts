// The ingestion's process: takes documents in from the sources' folders, one batch after the other, until SIGTERM.
import { join } from "node:path";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig } from "../config.ts";
import { readGolden } from "../corpus/golden.ts";
import { VECTOR_IDS } from "../edge-settings.ts";
import { createIngestionApp } from "./app.ts";
import { openDoors } from "./doors.ts";
import { openIngestion } from "./ingestion.ts";
import { createIngestionMetrics } from "./metrics.ts";
import { openGatewayTeller, TELLS_NOBODY } from "./tell-gateway.ts";

/** How often the sources' folders are looked at, ms. */
const LOOK_EVERY_MS = 100;

const config = readStackConfig(process.env);
const telemetry = createTelemetry({ service: "ingestion", replica: "ingestion" }, config);
const { log, tracer } = telemetry;
const registry = createRegistry("ingestion", "ingestion");
const keptAnswersToken = config.caches.answers ? config.keptAnswersToken : undefined;
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
  questions: readGolden(),
  teller:
    keptAnswersToken === undefined
      ? TELLS_NOBODY
      : openGatewayTeller({ port: config.ports.gateway, token: keptAnswersToken, log }),
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
