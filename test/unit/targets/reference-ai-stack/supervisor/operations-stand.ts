// A supervisor's app over operations of a test.
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../../../../targets/reference-ai-stack/edge-settings.ts";
import { createIncidentFeed } from "../../../../../targets/reference-ai-stack/supervisor/incident-feed.ts";
import { createSupervisorApp } from "../../../../../targets/reference-ai-stack/supervisor/app.ts";
import { createGate } from "../../../../../targets/reference-ai-stack/supervisor/gate.ts";
import { createFleet } from "../../../../../targets/reference-ai-stack/supervisor/fleet.ts";
import type { AnyOperation } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { NO_LINEAGE } from "./no-lineage.ts";
import { createSpecs } from "../../../../../targets/reference-ai-stack/supervisor/specs.ts";
import { createTraffic } from "../../../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { SECRETS, tokenOf } from "../../../../builders/stack-secrets.ts";
import { nothingDone, presentWith, shippedModels } from "../../../../builders/shipped-models.ts";

/** An app over children that are never started. Nothing listens where the gateway should. */
export function createApp(operations: readonly AnyOperation[], audit: (fields: object) => Promise<void>) {
  const own = {
    STACK_VIEWER_TOKEN: tokenOf("viewer"),
    STACK_OPERATOR_TOKEN: tokenOf("operator"),
    STACK_APPROVER_TOKEN: tokenOf("approver"),
    STACK_ADMIN_TOKEN: tokenOf("admin"),
    GATEWAY_PORT: "9",
    HEALER_PORT: "9",
  };
  const config = readStackConfig(own);
  const secrets = SECRETS;
  const members = membersAtStart(config.edges);
  const traffic = createTraffic({ gatewayPort: config.ports.gateway, supervisorToken: "supervisor", members });
  const specs = createSpecs(config, own, secrets, presentWith(members));
  const log = createLogger("supervisor-test");
  const gate = createGate({ people: config.people, healerToken: "healer", audit, now: () => 0 });
  const fleet = createFleet(specs.atStart, log);
  const silent = { log, tracer: NO_TRACER, lineage: NO_LINEAGE, feed: createIncidentFeed() };
  const app = createSupervisorApp(
    { fleet, traffic, models: shippedModels(), ...nothingDone(), specs, config, secrets, gate, ...silent },
    operations,
  );
  const get = async (path: string): Promise<unknown> => (await app.request(path)).json();
  const post = async (path: string, body: string | object = {}, token = "healer", key?: string) => {
    const answer = await app.request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${tokenOf(token)}`, ...(key !== undefined && { "idempotency-key": key }) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const said = await answer.text();
    return {
      status: answer.status,
      again: answer.headers.get("retry-after"),
      text: said,
      error: (said.startsWith("{") ? (JSON.parse(said) as { error?: unknown }).error : said) as string,
    };
  };
  return Object.assign(post, { get });
}
