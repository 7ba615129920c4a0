// What the supervisor says of its own action: on the feed at once, and in the healer's audit, which has one writer at a
// time. While the healer is gone that is the supervisor; as soon as it runs again, records are handed to it.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import { auditFileIn, openAudit } from "../healer/governance/audit-file.ts";
import type { AuditFields } from "../healer/governance/audit-chain.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Fleet } from "./fleet.ts";
import type { IncidentFeed } from "./incident-feed.ts";
import type { SupervisorEvent } from "./restart-healer.ts";
import type { Secrets } from "./specs.ts";

export interface OwnClaimsParts {
  readonly fleet: Pick<Fleet, "child" | "inTurn">;
  readonly feed: IncidentFeed;
  readonly config: StackConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
}

const SOURCE = "/reference-ai-stack/supervisor";
const AGAIN_MS = 100;
/** Far longer than a healer takes to start; a record that nobody took by then is in the supervisor's log. */
const LIMIT_MS = 10_000;

/** Resolves when the event is on the feed and its record on the disk. */
export function openOwnClaims(parts: OwnClaimsParts): (event: SupervisorEvent) => Promise<void> {
  const { feed, log } = parts;
  const counts = new Map<string, number>();
  return async ({ incident, scope, type, detail }) => {
    const number = (counts.get(incident) ?? 0) + 1;
    counts.set(incident, number);
    const id = `${incident}/${number}`;
    const time = new Date().toISOString();
    log.info(`incident ${type}`, { incident, reasons: detail.reasons.join(" · ") });
    feed.publish({
      specversion: "1.0",
      id,
      source: SOURCE,
      type: `healing.incident.${type}`,
      subject: incident,
      time,
      datacontenttype: "application/json",
      data: { incident, scope, ...detail, actor: "supervisor" },
    });
    await record(parts, { principal: "supervisor", what: type, incident, event: id, scope, ...detail });
  };
}

async function record(parts: OwnClaimsParts, fields: AuditFields): Promise<void> {
  const { fleet, config, secrets, log } = parts;
  const patience = AbortSignal.timeout(LIMIT_MS);
  while (!patience.aborted) {
    // In the healer's turn, so that nobody starts it while its audit is being written here.
    const isWritten = await fleet.inTurn("healer", () => appendHere(parts, fields, patience));
    if (isWritten || (await handOver(config, secrets, fields))) return;
    await sleep(AGAIN_MS);
  }
  // A healer that stays dead because its disk is full helps nobody.
  log.error("an audit record could not be written", { record: JSON.stringify(fields) });
}

/** False while the healer runs, whose file it is then, or when the disk refuses for too long. */
async function appendHere(
  { fleet, config, log }: OwnClaimsParts,
  fields: AuditFields,
  patience: AbortSignal,
): Promise<boolean> {
  const child = fleet.child("healer");
  if (child !== undefined && child.pid() !== null) return false;
  const audit = await openAudit(auditFileIn(config.dataDir), {
    wallTime: () => new Date().toISOString(),
    onTrouble: (says) => log.error("audit", { reason: says ?? "well again" }),
    patience,
  });
  const isWritten = await audit.record(fields).then(
    () => true,
    () => false,
  );
  await audit.close();
  return isWritten;
}

async function handOver(config: StackConfig, { healerToken }: Secrets, fields: AuditFields): Promise<boolean> {
  const call = { port: config.ports.healer, path: "/audit", method: "POST" as const, timeoutMs: 1000 };
  const answer = await askJson({ ...call, body: fields, token: healerToken });
  return answer.kind === "answered" && answer.status === 200;
}
