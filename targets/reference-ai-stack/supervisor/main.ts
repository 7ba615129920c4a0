// The stack's first process: starts the others, publishes who runs, and is the hand of whoever repairs. On SIGTERM it
// takes all of them along within two seconds; it never restarts anything by itself.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLogger, messageOf } from "../common/log.ts";
import { listen } from "../common/serve.ts";
import { readStackConfig } from "../config.ts";
import { createSupervisorApp } from "./app.ts";
import { createFleet } from "./fleet.ts";
import { childSpecs } from "./specs.ts";
import { createWeights } from "./weights.ts";

const config = readStackConfig(process.env);
const secrets = { healerToken: randomBytes(24).toString("hex"), supervisorToken: randomBytes(24).toString("hex") };
const log = createLogger("supervisor");
// The one door to ../sabotage/ in this process. Nothing of the supervisor is bent; a name that is not known ends the
// stack's start.
if (config.sabotage !== undefined) (await import("../sabotage/table.ts")).announce(config.sabotage, log);
const weights = createWeights(config.ports.gateway, secrets.supervisorToken);
mkdirSync(join(config.dataDir, "logs"), { recursive: true });
const fleet = createFleet(
  childSpecs(config, process.env, secrets, () => weights.current()),
  log,
);
const server = await listen(createSupervisorApp({ fleet, weights, config, secrets, log }), config.ports.supervisor);
log.info("listening", { port: server.port });

let ending = false;
function end(): void {
  // A second signal must not cut the first one's work short: it would leave children behind.
  if (ending) return;
  ending = true;
  void fleet
    .end()
    .then(() => server.close())
    .finally(() => process.exit(0));
}
process.on("SIGTERM", end);
process.on("SIGINT", end);

fleet.boot().then(
  () => log.info("every replica has answered"),
  (error: unknown) => log.error("a replica could not be started", { reason: messageOf(error) }),
);
