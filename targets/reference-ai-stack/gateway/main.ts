// The gateway's process: configuration from the environment, one server, gone on SIGTERM.

import { createLogger } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { readStackConfig } from "../config.ts";
import { createGateway, weightsSchema } from "./app.ts";

const config = readStackConfig(process.env);
const log = createLogger("gateway");
const gateway = createGateway({
  edges: config.edges,
  // The supervisor keeps the weights; a restarted gateway gets those of now and not those of the first start.
  weights: weightsSchema.parse(JSON.parse(process.env["GATEWAY_WEIGHTS"] ?? "{}")),
  supervisorToken: config.supervisorToken,
  registry: createRegistry("gateway", "gateway"),
  log,
});
// The one door to ../sabotage/ in this process: planted defects, for testing whoever watches from outside.
const app =
  config.sabotage === undefined
    ? gateway.app
    : (await import("../sabotage/table.ts")).bentGateway(config.sabotage, gateway.app, log);
const server = await serveOn(app, config.ports.gateway, () => gateway.close());
log.info("listening", { port: server.port });
