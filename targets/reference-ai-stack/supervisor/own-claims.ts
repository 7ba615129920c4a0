// What the supervisor says of its own action: on the feed at once, in the healer's audit, and what it did in the
// lineage.
import type { Logger } from "../common/log.ts";
import type { AuditFields } from "../healer/governance/audit-chain.ts";
import type { IncidentFeed } from "./incident-feed.ts";
import type { Lineage } from "./lineage.ts";
import type { SupervisorEvent } from "./restart-healer.ts";

export interface OwnClaimsParts {
  readonly feed: Pick<IncidentFeed, "publish">;
  readonly log: Logger;
  /** Writes into the stack's audit. */
  readonly audit: (fields: AuditFields) => Promise<void>;
  readonly lineage: Pick<Lineage, "note">;
}

const SOURCE = "/reference-ai-stack/supervisor";

/** Resolves when the event is on the feed and its record on the disk. */
export function openOwnClaims(parts: OwnClaimsParts): (event: SupervisorEvent) => Promise<void> {
  const { feed, log, audit, lineage } = parts;
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
    await audit({ principal: "supervisor", what: type, incident, event: id, scope, ...detail });
    if (type !== "action.finished") return;
    const after = { outcome: detail.outcome, reasons: detail.reasons };
    const about = { principal: "supervisor", what: detail.pathway ?? "action", incident, event: id };
    await lineage.note({ ...about, ...scope, after });
  };
}
