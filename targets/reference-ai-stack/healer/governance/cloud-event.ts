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

/** `seq` makes the id unique within one life of the healer, `source` names that life. */
export function toCloudEvent(event: JournalEvent, source: string, seq: number): CloudEvent {
  const { id, scope } = event.incident;
  return {
    specversion: "1.0",
    id: `${id}/${seq}`,
    source,
    type: `healing.incident.${event.type}`,
    subject: id,
    time: event.time,
    datacontenttype: "application/json",
    data: { incident: id, scope, ...event.detail },
  };
}
