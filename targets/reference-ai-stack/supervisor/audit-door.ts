// The supervisor's way into the healer's audit, which has one writer at a time. While the healer is gone that is the
// supervisor; as soon as it runs again, records are handed to it. What nobody takes yet waits here, in its order.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, type Logger } from "../common/log.ts";
import type { StackConfig } from "../config.ts";
import { auditFileIn, openAudit } from "../healer/governance/audit-file.ts";
import type { AuditFields } from "../healer/governance/audit-chain.ts";
import { askJson } from "../healer/telemetry/http-json.ts";
import type { Fleet } from "./fleet.ts";
import type { Secrets } from "./specs.ts";

export interface AuditDoorParts {
  readonly fleet: Pick<Fleet, "child">;
  readonly config: StackConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
}

export interface AuditDoor {
  /**
   * Resolves when the record is on the disk, or after a short while though it is not: then it waits, and is written
   * before those that come later. Never rejects.
   */
  readonly record: (fields: AuditFields) => Promise<void>;
  /** Writes what still waits, once all others have ended; what the disk refuses by then stands in the log. */
  readonly end: () => Promise<void>;
}

const AGAIN_MS = 100;
/** Who says something waits at most this long for the disk: a healer that stays dead because of it helps nobody. */
const PATIENCE_MS = 1000;
/** The same as long as the records before it wait too, ms. */
const STUCK_PATIENCE_MS = 100;
/** One try at a disk holds up the healer's start for at most this long, ms. */
const TRY_MS = 200;
/** Records that wait. What comes on top stands in the log alone. */
const MOST_WAITING = 10_000;

interface Waiting {
  readonly fields: AuditFields;
  readonly written: () => void;
}

export function openAuditDoor(parts: AuditDoorParts): AuditDoor {
  const { log } = parts;
  const queue: Waiting[] = [];
  const is = { stuck: false, ending: false };
  let draining = Promise.resolve();

  async function drain(): Promise<void> {
    for (let first = queue[0]; first !== undefined && !is.ending; first = queue[0]) {
      if (await isTaken(parts, first.fields)) {
        queue.shift();
        is.stuck = false;
        first.written();
      } else await sleep(AGAIN_MS);
    }
  }

  return {
    async record(fields) {
      if (queue.length >= MOST_WAITING) return giveUp(log, fields, `${MOST_WAITING} records wait already`);
      const whole = new Promise<"written">((resolve) => queue.push({ fields, written: () => resolve("written") }));
      if (queue.length === 1) draining = draining.then(drain);
      const patience = sleep(is.stuck ? STUCK_PATIENCE_MS : PATIENCE_MS, "waits" as const, { ref: false });
      if ((await Promise.race([whole, patience])) === "written" || is.stuck) return;
      is.stuck = true;
      log.warn("an audit record waits until it can be written", { waiting: queue.length });
    },
    async end() {
      is.ending = true;
      await draining;
      const left = queue.splice(0);
      const records = left.map(({ fields }) => fields);
      if (left.length > 0 && !(await append(parts, records)))
        for (const fields of records) giveUp(log, fields, "the stack has ended");
      for (const { written } of left) written();
    },
  };
}

/** Tries once: here, or at the healer that runs. True too for what it will never take, which is in the log then. */
async function isTaken(parts: AuditDoorParts, fields: AuditFields): Promise<boolean> {
  const { fleet, config, secrets, log } = parts;
  const child = fleet.child("healer");
  // Nobody starts it while its audit is being written here, and what is frozen by then is ended and never goes on.
  const written =
    child === undefined ? await append(parts, [fields]) : await child.whileStill(() => append(parts, [fields]));
  if (written !== undefined) return written;
  const status = await handOver(config, secrets, fields);
  if (status !== null && NEVER.has(status)) giveUp(log, fields, `the healer answered ${status}`);
  return status === 200 || (status !== null && NEVER.has(status));
}

/** Answers after which the same record is never taken. */
const NEVER: ReadonlySet<number> = new Set([400, 413, 422]);

function giveUp(log: Logger, fields: AuditFields, reason: string): void {
  log.error("an audit record could not be written", { record: JSON.stringify(fields), reason });
}

/** False when the disk refuses for longer than a try may take. */
async function append({ config, log }: AuditDoorParts, records: readonly AuditFields[]): Promise<boolean> {
  try {
    const audit = await openAudit(auditFileIn(config.dataDir), {
      wallTime: () => new Date().toISOString(),
      onTrouble: (says) => log.error("audit", { reason: says ?? "well again" }),
      patience: AbortSignal.timeout(TRY_MS),
    });
    try {
      for (const fields of records) await audit.record(fields);
    } finally {
      await audit.close();
    }
    return true;
  } catch (error) {
    log.error("audit", { reason: messageOf(error) });
    return false;
  }
}

/** The healer's status; null when it did not answer. */
async function handOver(
  config: StackConfig,
  { healerDoorToken }: Secrets,
  fields: AuditFields,
): Promise<number | null> {
  const call = { port: config.ports.healer, path: "/audit", method: "POST" as const, timeoutMs: 1000 };
  const { principal, ...rest } = fields;
  const answer = await askJson({ ...call, body: { ...rest, person: principal }, token: healerDoorToken });
  return answer.kind === "answered" ? answer.status : null;
}
