// Tells what the healer's audit holds at the end of observing: a record for every claim, unless the story says
// otherwise.

import type { AuditLook } from "../../src/records/audit.ts";
import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { Ms } from "../../src/core/units.ts";
import type { PhaseName } from "../../src/records/timeline/phase.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";

export interface SimulatedAudit {
  /** Claims without a record, by type and how many of that type came before. */
  readonly skips?: (type: ClaimType, before: number) => boolean;
  /** The chain is broken at this record. */
  readonly brokenSeq?: number;
  /** It could not be read, for this reason. */
  readonly unread?: string;
  /** Nobody asked for it. */
  readonly unasked?: boolean;
}

/** Read 150 ms before our way back. */
export function auditEvents(
  told: SimulatedAudit,
  phases: Readonly<Partial<Record<PhaseName, Ms>>>,
  claims: readonly (readonly [Ms, ClaimType, Partial<Claim>?])[],
): TimelineEvent[] {
  if (told.unasked === true) return [];
  const at = (phases.revert ?? phases.teardown ?? 0) - 100;
  return [{ kind: "audit", from: at - 50, at, look: lookOf(told, claims) }];
}

function lookOf(
  { skips = () => false, brokenSeq, unread }: SimulatedAudit,
  claims: readonly (readonly [Ms, ClaimType, Partial<Claim>?])[],
): AuditLook {
  if (unread !== undefined) return { ok: false, reason: unread };
  const kept = claims.filter(
    ([, type], index) => !skips(type, claims.slice(0, index).filter(([, before]) => before === type).length),
  );
  const records = kept.map(([, what, more], index) => ({
    seq: index + 1,
    what,
    principal: "healer",
    incident: more?.incident ?? "i1",
  }));
  if (brokenSeq === undefined) return { ok: true, records, chain: { ok: true } };
  const says = "does not follow from the record before it";
  return { ok: true, records: records.slice(0, brokenSeq - 1), chain: { ok: false, brokenSeq, says } };
}
