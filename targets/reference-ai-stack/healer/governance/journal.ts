// The one door through which the loop speaks: what it says goes to the audit, to the feed and into the incident's
// record.
import type { Incident } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { AuditFields } from "./audit-chain.ts";

export type EventType =
  | "detected"
  | "classified"
  | "decided"
  | "action.started"
  | "action.finished"
  | "verified"
  | "closed"
  | "escalated"
  | "held";

/** What an event may carry besides the incident and its scope. */
export interface EventDetail {
  readonly class?: string;
  readonly confidence?: number;
  readonly runnersUp?: readonly { readonly class: string; readonly confidence: number }[];
  readonly pathway?: string;
  readonly action?: string;
  readonly outcome?: "done" | "failed" | "healed" | "not-healed";
  readonly reasons: readonly string[];
}

export interface JournalEvent {
  readonly type: EventType;
  readonly time: string;
  readonly incident: Incident;
  readonly detail: EventDetail;
}

/** What GET /incidents shows of one incident. */
interface IncidentRecord {
  readonly id: string;
  readonly scope: Incident["scope"];
  readonly state: "open" | "closed" | "escalated" | "held";
  readonly events: readonly { readonly type: EventType; readonly time: string; readonly detail: EventDetail }[];
}

export interface Journal {
  /** Tells everybody at once; resolves when the audit has it on disk. Await it before acting. */
  say(incident: Incident, type: EventType, detail: EventDetail): Promise<void>;
  /** Newest first, a bounded number. */
  incidents(): readonly IncidentRecord[];
}

export interface JournalParts {
  readonly audit: { record(fields: AuditFields): Promise<void> };
  readonly publish: (event: JournalEvent) => void;
  readonly wallTime: () => string;
}

const ENDS: Partial<Record<EventType, IncidentRecord["state"]>> = {
  closed: "closed",
  escalated: "escalated",
  held: "held",
};

/** A journal over an audit and a feed. */
export function openJournal(parts: JournalParts): Journal {
  const records = new Map<string, IncidentRecord>();
  return {
    async say(incident, type, detail) {
      const { id, scope } = incident;
      const time = parts.wallTime();
      const before = records.get(id) ?? { id, scope, state: "open" as const, events: [] };
      const events = [...before.events, { type, time, detail }];
      records.set(id, { ...before, state: ENDS[type] ?? before.state, events });
      const oldest = records.keys().next().value;
      if (records.size > NUMBERS.incidents.kept && oldest !== undefined) records.delete(oldest);
      parts.publish({ type, time, incident, detail });
      await parts.audit.record({ principal: "healer", what: type, incident: id, scope, ...detail });
    },
    incidents: () => [...records.values()].toReversed(),
  };
}
