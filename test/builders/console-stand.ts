// The supervisor with its console over a stack in memory whose healer has just asked for leave: the real pages, gate,
// desk and loop, and no process but this one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_TRACER } from "../../targets/reference-ai-stack/common/telemetry/span.ts";
import { listen } from "../../targets/reference-ai-stack/common/serve.ts";
import { readStackConfig, type StackConfig } from "../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../targets/reference-ai-stack/edge-settings.ts";
import { auditFileIn, openAudit } from "../../targets/reference-ai-stack/healer/governance/audit-file.ts";
import { createSupervisorApp } from "../../targets/reference-ai-stack/supervisor/app.ts";
import { createFleet } from "../../targets/reference-ai-stack/supervisor/fleet.ts";
import { createGate, type Gate } from "../../targets/reference-ai-stack/supervisor/gate.ts";
import { createIncidentFeed } from "../../targets/reference-ai-stack/supervisor/incident-feed.ts";
import { createSpecs } from "../../targets/reference-ai-stack/supervisor/specs.ts";
import { createTraffic } from "../../targets/reference-ai-stack/supervisor/traffic.ts";
import { createFakeStack, type FakeStack } from "../unit/targets/reference-ai-stack/healer/fake-stack.ts";
import { NO_LINEAGE } from "../unit/targets/reference-ai-stack/supervisor/no-lineage.ts";
import { policyIn } from "../unit/targets/reference-ai-stack/healer/policy-for-tests.ts";
import { SECRETS } from "./stack-secrets.ts";
import { nothingDone, presentWith, shippedModels } from "./shipped-models.ts";

/** Tokens by who has them. */
export const TOKENS = {
  viewer: "viewer-token-of-this-test",
  operator: "operator-token-of-this-test",
  approver: "approver-token-of-this-test",
  second: "second-token-of-this-test",
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A stack whose healer has just asked for leave. */
async function askingStack(policy: PolicyName): Promise<FakeStack> {
  const stack = createFakeStack({ seed: 11, policy: policyIn(`policies/${policy}.yaml`) });
  await stack.pass(10_000);
  if (policy === "careful") stack.find("vector-1").pid = null;
  else stack.find("vector-1").damagedShare = 0.4;
  for (let ms = 0; ms < 30_000 && !stack.said().includes("approval.requested"); ms += 100) await stack.pass(100);
  return stack;
}

type PolicyName = "careful" | "regulated";

/** A supervisor whose children never run. */
function supervisorApp(config: StackConfig, environment: Readonly<Record<string, string>>, gate: Gate) {
  const secrets = SECRETS;
  const members = membersAtStart(config.edges);
  const traffic = createTraffic({ gatewayPort: 9, supervisorToken: "supervisor", members });
  const specs = createSpecs(config, environment, secrets, presentWith(members));
  const fleet = createFleet(specs.atStart, quiet);
  const silent = { log: quiet, tracer: NO_TRACER, lineage: NO_LINEAGE, feed: createIncidentFeed() };
  return createSupervisorApp({
    fleet,
    traffic,
    models: shippedModels(),
    ...nothingDone(),
    specs,
    config,
    secrets,
    gate,
    ...silent,
  });
}

/** `policy`: a file of the healer's policies. Whoever opens it closes it. */
export async function openConsoleStand(policy: PolicyName = "careful") {
  const stack = await askingStack(policy);
  const healer = await listen(stack.healerApp(SECRETS.healerDoorToken), 0);
  const dataDir = mkdtempSync(join(tmpdir(), "console-"));
  const environment = {
    STACK_DATA_DIR: dataDir,
    STACK_VIEWER_TOKEN: TOKENS.viewer,
    STACK_OPERATOR_TOKEN: TOKENS.operator,
    STACK_APPROVER_TOKEN: TOKENS.approver,
    STACK_SECOND_APPROVER_TOKEN: TOKENS.second,
    HEALER_PORT: String(healer.port),
    GATEWAY_PORT: "9",
  };
  const config = readStackConfig(environment);
  const audit = await openAudit(auditFileIn(dataDir), {
    wallTime: () => new Date().toISOString(),
    onTrouble: () => undefined,
  });
  const records: Readonly<Record<string, unknown>>[] = [];
  const gate = createGate({
    people: config.people,
    healerToken: "healer",
    now: () => performance.now(),
    audit: async (fields) => {
      records.push(fields);
      await audit.record(fields);
    },
  });
  const app = supervisorApp(config, environment, gate);
  const server = await listen(app, 0);
  return {
    app,
    stack,
    url: `http://127.0.0.1:${server.port}`,
    /** What the supervisor wrote into the audit. */
    records,
    /** Something that looks like markup, in a place that anybody may fill. */
    write: (says: string) => audit.record({ principal: "healer", what: says, says }),
    async close() {
      await server.close();
      await healer.close();
      await audit.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
