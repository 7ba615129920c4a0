// The one door through which the loop speaks: what it says goes to the audit, to the feed and into the incident's
// record.
import type { Needs, PolicyStamp, Tier } from "../decision/policy.ts";
import type { Evidence, Incident } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { AuditFields } from "./audit-chain.ts";

export type EventType =
  | "detected"
  | "classified"
  | "decided"
  | "approval.requested"
  | "approval.granted"
  | "approval.denied"
  | "approval.expired"
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
  readonly evidence?: Evidence;
  readonly pathway?: string;
  readonly action?: string;
  readonly outcome?: "done" | "failed" | "healed" | "not-healed";
  /** The remedy made things worse, and was taken back. */
  readonly takenBack?: true;
  /** The policy that a decision rests on. */
  readonly policy?: PolicyStamp;
  /** How much an action may break. */
  readonly tier?: Tier;
  /** What a plan waits for. */
  readonly needs?: Needs;
  /** Of a question to a person: the hash of what is asked, which question it is, and until when it can be answered. */
  readonly plan?: string;
  readonly nonce?: string;
  readonly expires?: string;
  /** Who answered. */
  readonly by?: string;
  /** A decision that is only advised. */
  readonly advice?: true;
  /** What it rests on may be older by this, ms. */
  readonly freshMs?: number;
  readonly reasons: readonly string[];
}

export interface JournalEvent {
  /** Unique: the incident and the event's number in it. The same when it is said again after a crash. */
  readonly id: string;
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
  readonly events: readonly SaidEvent[];
}

/** What was said of an incident, without the incident. */
export interface SaidEvent {
  readonly type: EventType;
  readonly time: string;
  readonly detail: EventDetail;
}

export interface Journal {
  /**
   * Tells everybody at once; resolves when the audit has it on disk and the feed has it. Await it before acting.
   * `time`: when it is so, ISO 8601; now, when it is left out.
   */
  say(incident: Incident, type: EventType, detail: EventDetail, time?: string): Promise<void>;
  /** Takes in what an earlier life said of an incident and this one does not know yet, and tells nobody. */
  recall(incident: Incident, said: readonly SaidEvent[]): void;
  /** Newest first, a bounded number. */
  incidents(): readonly IncidentRecord[];
}

export interface JournalParts {
  readonly audit: { record(fields: AuditFields): Promise<void> };
  /** Resolves when listeners were sent it. */
  readonly publish: (event: JournalEvent) => Promise<void>;
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
  const note = ({ id, scope }: Incident, event: SaidEvent): number => {
    const before = records.get(id) ?? { id, scope, state: "open" as const, events: [] };
    const events = [...before.events, event];
    records.set(id, { ...before, state: ENDS[event.type] ?? before.state, events });
    const oldest = records.keys().next().value;
    if (records.size > NUMBERS.incidents.kept && oldest !== undefined) records.delete(oldest);
    return events.length;
  };
  return {
    async say(incident, type, detail, time = parts.wallTime()) {
      const id = `${incident.id}/${note(incident, { type, time, detail })}`;
      const { scope } = incident;
      await Promise.all([
        parts.publish({ id, type, time, incident, detail }),
        parts.audit.record({ principal: "healer", what: type, incident: incident.id, event: id, scope, ...detail }),
      ]);
    },
    recall: (incident, said) => {
      for (const event of said) {
        const known = records.get(incident.id)?.events ?? [];
        if (!known.some(({ type, time }) => type === event.type && time === event.time)) note(incident, event);
      }
    },
    incidents: () => [...records.values()].toReversed(),
  };
}
