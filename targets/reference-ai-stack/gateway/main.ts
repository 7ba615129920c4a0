// The gateway's process: configuration from the environment, one server, gone on SIGTERM.

import { createLogger } from "../common/log.ts";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { membersSchema } from "../common/members.ts";
import { membersAtStart, readStackConfig } from "../config.ts";
import { createGateway } from "./app.ts";

const config = readStackConfig(process.env);
const log = createLogger("gateway");
const given = process.env["GATEWAY_REPLICAS"];
const gateway = createGateway({
  // The supervisor keeps who takes part; a restarted gateway gets those of now and not those of the first start.
  members: given === undefined ? membersAtStart(config.edges) : membersSchema.parse(JSON.parse(given)),
  supervisorToken: config.supervisorToken,
  registry: createRegistry("gateway", "gateway"),
  log,
});
// The one door to ../sabotage/ in this process: planted defects, to test the observer.
const app =
  config.sabotage === undefined
    ? gateway.app
    : (await import("../sabotage/table.ts")).wrapGateway(config.sabotage, gateway.app, log);
const server = await serveOn(app, config.ports.gateway, () => gateway.close());
log.info("listening", { port: server.port });
