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
      return asked(event);
    case "reading":
      return reading(event);
    case "trouble":
      return { ...event, reason: reasonText(event.reason, longestTrouble) };
    case "fault":
      return event.reason === undefined ? event : { ...event, reason: reasonText(event.reason, longestTrouble) };
    case "log":
      return { ...event, lines: event.lines.map((line) => reasonText(line, longestLogLine)) };
    case "traces":
      return { ...event, requests: event.requests.map(trace) };
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

type Traced = Extract<TimelineEvent, { kind: "traces" }>["requests"][number];

function trace({ spans, reason, ...request }: Traced): Traced {
  return {
    ...request,
    ...(spans !== undefined && { spans: spans.map(span) }),
    ...(reason !== undefined && { reason: reasonText(reason) }),
  };
}

type Span = NonNullable<Traced["spans"]>[number];

function span({ service, name, error, ...rest }: Span): Span {
  const words = { service: service === "" ? "" : reasonText(service), name: reasonText(name) };
  return { ...rest, ...words, ...(error !== undefined && { error: reasonText(error) }) };
}

type Asked = Extract<TimelineEvent, { kind: "request" }>;

function asked(event: Asked): Asked {
  const { error, note } = event;
  if (error === undefined && note === undefined) return event;
  return {
    ...event,
    ...(error !== undefined && { error: reasonText(error) }),
    ...(note !== undefined && { note: reasonText(note) }),
  };
}

type Looked = Extract<TimelineEvent, { kind: "reading" }>;

function reading(event: Looked): Looked {
  const seen = event.reading;
  if (!seen.ok) return { ...event, reading: { ...seen, reason: reasonText(seen.reason) } };
  return seen.note === undefined ? event : { ...event, reading: { ...seen, note: reasonText(seen.note) } };
}
