// An incident is one trace. Its ids follow from the incident's own, so that a healer that was started again goes on
// with the same trace, and the trace of an incident can be asked for by whoever knows the incident.
import { createHash } from "node:crypto";
import { ATTRIBUTE } from "../../common/telemetry/names.ts";
import type { Span, SpanContext, Tracer } from "../../common/telemetry/span.ts";
import type { JournalEvent } from "../governance/journal.ts";

/** Context of the whole case; its actions are children of it. */
export function traceOf(incident: string): SpanContext {
  const digest = createHash("sha256").update(`incident ${incident}`).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** How a case that is over ended. */
const ENDS = new Set<string>(["closed", "escalated", "held"]);

/**
 * A span for each case from its first event to its last, to be called with each. A case that an earlier life of the
 * healer began has none; its actions keep their trace.
 */
export function traceIncidents(tracer: Tracer): (event: JournalEvent) => void {
  const open = new Map<string, Span>();
  return ({ type, incident, detail }) => {
    const { id } = incident;
    if (type === "detected") {
      const attributes = { [ATTRIBUTE.incident]: id };
      open.set(id, tracer.begin("heal", { kind: "internal", own: traceOf(id), attributes }));
    }
    const span = open.get(id);
    if (type === "classified") span?.set(ATTRIBUTE.incidentClass, detail.class);
    if (!ENDS.has(type)) return;
    if (type === "escalated") span?.fail("escalated");
    span?.end();
    open.delete(id);
  };
}
