// The stack's first process: starts the others, publishes who runs, and is the hand that repairs. On SIGTERM it
// takes all of them along within two seconds; it restarts nothing by itself but the healer.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../common/log.ts";
import { listen } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { readStackConfig } from "../config.ts";
import { membersAtStart } from "../edge-settings.ts";
import { createIncidentFeed } from "./incident-feed.ts";
import { createSupervisorApp } from "./app.ts";
import { openAuditDoor } from "./audit-door.ts";
import { openWebhook } from "./notify/webhook.ts";
import { createGate } from "./gate.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { watchBeat } from "./healer-beat.ts";
import { openLineage } from "./lineage.ts";
import { whyNoLlama } from "../inference/llama/library.ts";
import { openModels } from "./models.ts";
import { openOwnClaims } from "./own-claims.ts";
import { RESTART_HEALER, watchHealer } from "./restart-healer.ts";
import { createBlocks } from "./blocks.ts";
import { createReduction } from "./reduction.ts";
import { createSpecs } from "./specs.ts";
import { createTraffic } from "./traffic.ts";
import { makeEngineSnapshot } from "./engine-snapshot.ts";
import { createMakers } from "./makers.ts";
import { createUnderWay } from "./under-way.ts";

const config = readStackConfig(process.env);
const secret = (): string => randomBytes(24).toString("hex");
const secrets = {
  healerToken: secret(),
  healerDoorToken: secret(),
  lookToken: secret(),
  reloadToken: secret(),
  cacheToken: secret(),
  loadToken: secret(),
  writeToken: secret(),
  recordsToken: secret(),
  ingestionToken: secret(),
  keptAnswersToken: secret(),
  sessionSecret: secret(),
  supervisorToken: secret(),
};
const telemetry = createTelemetry({ service: "supervisor", replica: "supervisor" }, config);
const { log, tracer } = telemetry;
// The one door to ../sabotage/ in this process. Nothing of the supervisor is wrapped; a name that is not known ends the
// stack's start.
if (config.sabotage !== undefined) (await import("../sabotage/table.ts")).announce(config.sabotage, log);
const traffic = createTraffic({
  gatewayPort: config.ports.gateway,
  supervisorToken: secrets.supervisorToken,
  members: membersAtStart(config.edges),
});
mkdirSync(join(config.dataDir, "logs"), { recursive: true });
const { engine, weightsDir } = config.inference;
const missing = engine === "llama" ? whyNoLlama(weightsDir) : null;
if (missing !== null) throw new Error(missing);
// Here, so that not each replica builds it for itself.
if (config.vectorEngine !== "usearch") await makeEngineSnapshot(config, log);
const replicaPorts = (): readonly number[] =>
  fleet
    .children()
    .filter((child) => child.spec.service === "inference" && child.pid() !== null)
    .map(({ spec }) => spec.port);
const models = openModels({
  dataDir: config.dataDir,
  inference: config.inference,
  gatewayPort: config.ports.gateway,
  supervisorToken: secrets.supervisorToken,
  loadToken: secrets.loadToken,
  replicaPorts,
  log,
});
const specs = createSpecs(config, process.env, secrets, {
  members: () => traffic.members(),
  registry: () => models.state(),
  loaded: () => models.loaded(),
  blocked: () => blocks.left(),
});
const feed = createIncidentFeed();
const { dockerSocket } = config;
const openChildren = async (socket: string) => {
  const { openContainers, ownId } = await import("./containers.ts");
  return openContainers(socket, await ownId(), log);
};
const containers = dockerSocket === undefined ? undefined : await openChildren(dockerSocket);
const onDeath: Parameters<typeof createFleet>[2] = (replica, { code, signal }) => {
  if (replica === "healer")
    onHealerDeath(`its process ended${code === null && signal === null ? "" : ` by ${signal ?? `code ${code}`}`}`);
};
const fleet: Fleet = createFleet(specs.atStart, log, onDeath, containers?.launch);
const now = (): number => performance.now();
const auditDoor = openAuditDoor({ fleet, config, secrets, log });
const audit = auditDoor.record;
const gate = createGate({ people: config.people, healerToken: secrets.healerToken, audit, now });
if (config.webhook !== undefined) {
  feed.onEvent(openWebhook({ to: config.webhook, log, audit, wallMs: () => Date.now() }));
}
const lineage = await openLineage(config.dataDir, log);
const clock = { now, wallTime: () => new Date().toISOString(), sleep: (ms: number) => pause(ms) };
const onHealerDeath = watchHealer({
  fleet,
  clock,
  say: openOwnClaims({ feed, log, audit, lineage }),
  isNoop: config.noopActions.includes(RESTART_HEALER.name),
});
const reduction = createReduction({
  gatewayPort: config.ports.gateway,
  supervisorToken: secrets.supervisorToken,
  replicaPorts,
  now,
  log,
});
const blocks = createBlocks({
  gatewayPort: config.ports.gateway,
  supervisorToken: secrets.supervisorToken,
  trustedHops: config.access.trustedHops,
  log,
});
const shown = {
  fleet,
  traffic,
  models,
  cacheClears: new Map<string, number>(),
  resyncs: new Map<string, number>(),
  maintained: new Map<string, string>(),
  reduction,
  blocks,
  tended: new Map<string, number>(),
  underWay: createUnderWay(),
  makers: createMakers(),
};
const app = createSupervisorApp({ ...shown, specs, config, secrets, log, tracer, feed, lineage, gate });
const server = await listen(app, config.ports.supervisor);
telemetry.start(async () => (await import("../common/metrics.ts")).createRegistry("supervisor", "supervisor"));
log.info("listening", { port: server.port });

let ending = false;
function end(): void {
  // A second signal must not cut the first one's work short: it would leave children behind.
  if (ending) return;
  ending = true;
  blocks.end();
  void fleet
    .end()
    .then(() => Promise.all([server.close(), models.close(), auditDoor.end(), containers?.cleared()]))
    .then(() => lineage.close())
    .finally(() => process.exit(0));
}
process.on("SIGTERM", end);
process.on("SIGINT", end);

const watching = {
  healer: () => fleet.child("healer"),
  others: () => fleet.children().filter(({ spec }) => spec.replica !== "healer"),
  clock,
  onHang: onHealerDeath,
};
fleet.boot().then(
  () => {
    log.info("every replica has answered");
    void watchBeat(watching);
  },
  (error: unknown) => log.error("a replica could not be started", { reason: messageOf(error) }),
);
