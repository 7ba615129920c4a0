// What others said of a failure goes into the timeline as one short line without secrets: from there it reaches every
// report.

import { longestReason, reasonText } from "../core/reasons.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

/** Trouble and faults are rare and may carry a process's last words. */
const longestTrouble = 600;
/** Of a line that the stack wrote. */
const longestLogLine = 300;

/** The same event with every reason in it made plain. */
export function inPlainWords(event: TimelineEvent): TimelineEvent {
  switch (event.kind) {
    case "request":
      if (event.error === undefined && event.note === undefined) return event;
      return {
        ...event,
        ...(event.error !== undefined && { error: reasonText(event.error) }),
        ...(event.note !== undefined && { note: reasonText(event.note) }),
      };
    case "reading":
      return reading(event);
    case "trouble":
      return { ...event, reason: reasonText(event.reason, longestTrouble) };
    case "fault":
      return event.reason === undefined ? event : { ...event, reason: reasonText(event.reason, longestTrouble) };
    case "log":
      return { ...event, lines: event.lines.map((line) => reasonText(line, longestLogLine)) };
    case "feed":
    case "operator":
    case "write":
    case "read-back":
      return event.reason === undefined ? event : { ...event, reason: reasonText(event.reason, longestReason) };
    case "audit":
      return event.look.ok ? event : { ...event, look: { ...event.look, reason: reasonText(event.look.reason) } };
    case "abort": {
      const { blind } = event;
      return blind === undefined ? event : { ...event, blind: { ...blind, reason: reasonText(blind.reason) } };
    }
    default:
      return event;
  }
}

type Looked = Extract<TimelineEvent, { kind: "reading" }>;

function reading(event: Looked): Looked {
  const seen = event.reading;
  if (!seen.ok) return { ...event, reading: { ...seen, reason: reasonText(seen.reason) } };
  return seen.note === undefined ? event : { ...event, reading: { ...seen, note: reasonText(seen.note) } };
}
