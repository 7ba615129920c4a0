// What the healer says it did must stand in its audit: an action that nobody can look up afterwards was not accounted
// for, however well it healed.

import type { AuditRecord } from "../../records/audit.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { Ms } from "../../core/units.ts";
import type { Rule } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { feedGap } from "../feed-gap.ts";
import { observationOf } from "../observation.ts";
import { seconds } from "../wording.ts";
import type { ClaimType } from "../../records/claim.ts";

/** Claims that must have their record. */
const accountable: ReadonlySet<ClaimType> = new Set(["decided", "action.started", "action.finished"]);
/** A claim may be heard this long before its record is on the disk, ms. */
const writingMs: Ms = 1000;

/**
 * Fails on a broken chain and on a claim without its record; inconclusive when the audit was not read, or claims may
 * not have been heard.
 *
 * Needs the feed from the baseline to 1 s before the audit was read, and only to pass: what is missing for a claim that
 * was heard is missing.
 */
export const audited: Rule = (record, facts) => {
  const observation = observationOf(record, facts);
  if (record.plan.targetFacts.hasAudit !== true || observation === undefined) return null;
  const event = eventsOf(record.timeline, "audit").at(-1);
  if (event === undefined) return { outcome: "inconclusive", says: "the audit was not read", restsOn: [] };
  const { look, from } = event;
  const restsOn = [event.at];
  if (!look.ok) return { outcome: "inconclusive", says: `the audit could not be read: ${look.reason}`, restsOn };
  if (!look.chain.ok) {
    const says = `the audit is broken: record ${look.chain.brokenSeq} ${look.chain.says}`;
    return { outcome: "fail", says, restsOn };
  }
  const due = from - writingMs;
  const claims = eventsOf(record.timeline, "claim").filter(({ at, claim }) => at <= due && accountable.has(claim.type));
  const missing = withoutRecord(claims, look.records);
  if (missing.length > 0) {
    const named = missing.map(({ at, claim }) => `${claim.type} of ${claim.incident}, claimed at ${seconds(at)}`);
    const says = `the audit has no record of ${named.join("; nor of ")} (${claims.length} claims of actions, ${look.records.length} records)`;
    return { outcome: "fail", says, restsOn: [...missing.map(({ at }) => at), event.at] };
  }
  const gap = record.plan.targetFacts.hasFeed ? feedGap(record.timeline, observation.baselineFrom, due) : undefined;
  if (gap !== undefined) {
    return { outcome: "inconclusive", says: `claims to compare with the audit may be missing: ${gap}`, restsOn };
  }
  const says = `the chain of ${look.records.length} audit records is whole, and each of ${claims.length} claimed decisions and actions has its record`;
  return { outcome: "pass", says, restsOn };
};

/** Claims beyond the number of records of the same incident and kind, the latest ones. */
function withoutRecord(claims: readonly ClaimEvent[], records: readonly AuditRecord[]): ClaimEvent[] {
  const left = new Map<string, number>();
  const keyOf = (incident: string | undefined, what: string): string => JSON.stringify([incident, what]);
  for (const { incident, what } of records) {
    const key = keyOf(incident, what);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return claims.filter(({ claim }) => {
    const key = keyOf(claim.incident, claim.type);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}
