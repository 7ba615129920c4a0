// An incident's event in the shape of the target contract: CloudEvents 1.0, JSON.
import type { JournalEvent } from "./journal.ts";

export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

/** The actor who says it is its source: `source` and `id` together name the event for ever. */
export function toCloudEvent(event: JournalEvent, source: string): CloudEvent {
  const { id, scope } = event.incident;
  return {
    specversion: "1.0",
    id: event.id,
    source,
    type: `healing.incident.${event.type}`,
    subject: id,
    time: event.time,
    datacontenttype: "application/json",
    data: { incident: id, scope, ...event.detail },
  };
}
