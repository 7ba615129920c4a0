// The collector's process: takes OTLP, keeps it, answers for it and hands it on. Nobody waits for it: when it is away,
// the services drop what they would have sent.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createLogger, messageOf, type Logger } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { metricsBody, nanoseconds } from "../common/telemetry/otlp.ts";
import { registryMetrics } from "../common/telemetry/registry-metrics.ts";
import { readStackConfig } from "../config.ts";
import { createCollectorApp } from "./app.ts";
import { createForward, NO_FORWARD, readHeaders, type Forward } from "./forward.ts";
import { createIngest } from "./ingest.ts";
import { NUMBERS } from "./numbers.ts";
import { countCollector } from "./own-metrics.ts";
import { Store } from "./store.ts";

const config = readStackConfig(process.env);
const log = createLogger("collector");
const nowMs = (): number => performance.timeOrigin + performance.now();
const store = new Store({
  file: join(config.dataDir, "collector", "telemetry.sqlite"),
  nowMs,
  onTrouble: (says) => (says === null ? log.info("the store is well") : log.error("the store", { reason: says })),
});
const forward = openForward(log);
const ingest = createIngest(store, forward, nowMs);
const registry = createRegistry("collector", "collector");
countCollector(registry, { store, forward, ingest });
const app = createCollectorApp({ store, ingest, nowMs, log });
const server = await serveOn(app, config.ports.collector, () => {
  forward.close();
  store.close();
});
log.info("listening", { port: server.port, forwards: forward !== NO_FORWARD });

const startNs = nanoseconds(performance.timeOrigin);
setInterval(() => {
  void noteSelf()
    .catch((error: unknown) => log.error("own metrics", { reason: messageOf(error) }))
    .then(() => store.settle());
}, NUMBERS.store.writeEveryMs);

/** The collector's own metrics go the same way as everybody's. */
async function noteSelf(): Promise<void> {
  const metrics = await registryMetrics(registry, startNs, nanoseconds(nowMs()));
  ingest.take("metrics", metricsBody({ service: "collector", replica: "collector" }, metrics));
}

/** A setting that makes no sense is said and left out: telemetry at home goes on. */
function openForward(to: Logger): Forward {
  const { endpoint, headers } = config.otlpBackend;
  if (endpoint === undefined) return NO_FORWARD;
  try {
    return createForward({ endpoint, headers: readHeaders(headers ?? "") }, to);
  } catch (error) {
    // The message of a URL's parser repeats the URL, which may hold a password.
    const says = messageOf(error);
    to.error("nothing is forwarded", {
      reason: says.startsWith("OTEL_") ? says : "OTEL_EXPORTER_OTLP_ENDPOINT is no URL",
    });
    return NO_FORWARD;
  }
}
