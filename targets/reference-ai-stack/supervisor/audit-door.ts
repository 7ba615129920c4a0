// The supervisor's way into the healer's audit, which has one writer at a time. While the healer is gone that is the
// supervisor; as soon as it runs again, records are handed to it.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, type Logger } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import { auditFileIn, openAudit } from "../healer/governance/audit-file.ts";
import type { AuditFields } from "../healer/governance/audit-chain.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Fleet } from "./fleet.ts";
import type { Secrets } from "./specs.ts";

export interface AuditDoorParts {
  readonly fleet: Pick<Fleet, "child" | "inTurn">;
  readonly config: StackConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
}

const AGAIN_MS = 100;
/** Far longer than a healer takes to start; a record that nobody took by then is in the supervisor's log. */
const LIMIT_MS = 10_000;

/** Resolves when the record is on the disk, or was given up and stands in the log. Never rejects. */
export function openAuditDoor(parts: AuditDoorParts): (fields: AuditFields) => Promise<void> {
  return (fields) => record(parts, fields).catch((error: unknown) => giveUp(parts.log, fields, messageOf(error)));
}

async function record(parts: AuditDoorParts, fields: AuditFields): Promise<void> {
  const { fleet, config, secrets, log } = parts;
  const patience = AbortSignal.timeout(LIMIT_MS);
  while (!patience.aborted) {
    // In the healer's turn, so that nobody starts it while its audit is being written here.
    const isWritten = await fleet.inTurn("healer", () => appendHere(parts, fields, patience));
    if (isWritten || (await handOver(config, secrets, fields))) return;
    await sleep(AGAIN_MS);
  }
  // A healer that stays dead because its disk is full helps nobody.
  giveUp(log, fields, `not within ${LIMIT_MS} ms`);
}

function giveUp(log: Logger, fields: AuditFields, reason: string): void {
  log.error("an audit record could not be written", { record: JSON.stringify(fields), reason });
}

/** False while the healer runs and may write its file itself, or when the disk refuses for too long. */
async function appendHere(
  { fleet, config, log }: AuditDoorParts,
  fields: AuditFields,
  patience: AbortSignal,
): Promise<boolean> {
  const child = fleet.child("healer");
  if (child !== undefined && child.pid() !== null && !child.isFrozen()) return false;
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

async function handOver(config: StackConfig, { healerDoorToken }: Secrets, fields: AuditFields): Promise<boolean> {
  const call = { port: config.ports.healer, path: "/audit", method: "POST" as const, timeoutMs: 1000 };
  const { principal, ...rest } = fields;
  const answer = await askJson({ ...call, body: { ...rest, person: principal }, token: healerDoorToken });
  return answer.kind === "answered" && answer.status === 200;
}
