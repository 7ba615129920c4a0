// An incident is one trace. Its ids follow from the incident's own, so that a healer that was started again goes on
// with the same trace, and the trace of an incident can be asked for by whoever knows the incident.
import { createHash } from "node:crypto";
import type { SpanContext } from "../../common/telemetry/span.ts";

/** Context of the whole case; its actions are children of it. */
export function traceOf(incident: string): SpanContext {
  const digest = createHash("sha256").update(`incident ${incident}`).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
