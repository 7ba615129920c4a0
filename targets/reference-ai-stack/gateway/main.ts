// The gateway's process: configuration from the environment, one server, gone on SIGTERM.

import { randomBytes } from "node:crypto";
import { createRegistry } from "../common/metrics.ts";
import { serveOn } from "../common/serve.ts";
import { createTelemetry } from "../common/telemetry/telemetry.ts";
import { membersSchema } from "../common/members.ts";
import { splitSchema } from "../common/model-card.ts";
import { ANSWER_ROWS, answerCacheFile } from "../cache-settings.ts";
import { createRowFile } from "../common/row-file.ts";
import { readStackConfig } from "../config.ts";
import { membersAtStart } from "../edge-settings.ts";
import { openAccounts } from "./access/accounts.ts";
import { blocksSchema } from "./access/door.ts";
import { createGateway } from "./app.ts";
import { openLineageDoor } from "./lineage-door.ts";

const config = readStackConfig(process.env);
const telemetry = createTelemetry({ service: "gateway", replica: "gateway" }, config);
const { log } = telemetry;
const registry = createRegistry("gateway", "gateway");
const given = process.env["GATEWAY_REPLICAS"];
const blocked = process.env["GATEWAY_BLOCKED"];
const { accountsFile, trustedHops } = config.access;
const models = process.env["GATEWAY_MODELS"];
const documentsTo = Number(process.env["GATEWAY_DOCUMENTS_TO"]?.split(":").at(-1));
const gateway = createGateway({
  ...(Number.isInteger(documentsTo) && { ingestionPort: documentsTo }),
  ...(models !== undefined && { split: splitSchema.parse(JSON.parse(models)) }),
  // The supervisor keeps who takes part; a restarted gateway gets those of now and not those of the first start.
  members: given === undefined ? membersAtStart(config.edges) : membersSchema.parse(JSON.parse(given)),
  supervisorToken: config.supervisorToken,
  lookToken: config.lookToken,
  recordsToken: config.recordsToken,
  stored: openLineageDoor(config.ports.supervisor, config.supervisorToken ?? "", log),
  ...(config.caches.answers && {
    keepsAnswers: {
      rows: ANSWER_ROWS.rows,
      ingestionToken: config.keptAnswersToken,
      openFile: () => createRowFile(answerCacheFile(config.dataDir, "gateway"), ANSWER_ROWS.rows, ANSWER_ROWS.rowBytes),
    },
  }),
  ...(accountsFile !== undefined && {
    access: {
      accounts: await openAccounts(accountsFile, {
        secret: config.sessionSecret ?? randomBytes(32).toString("hex"),
        wallMs: () => Date.now(),
      }),
      trustedHops,
      blocked: blocked === undefined ? {} : blocksSchema.parse(JSON.parse(blocked)),
    },
  }),
  registry,
  tracer: telemetry.tracer,
  log,
});
// The one door to ../sabotage/ in this process: planted defects, to test the observer.
const app =
  config.sabotage === undefined
    ? gateway.app
    : (await import("../sabotage/table.ts")).wrapGateway(config.sabotage, gateway.app, log);
const server = await serveOn(app, config.ports.gateway, async () => {
  await gateway.close();
  await telemetry.end();
});
telemetry.start(() => registry);
log.info("listening", { port: server.port });
