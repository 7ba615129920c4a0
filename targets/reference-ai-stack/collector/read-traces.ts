// Spans out of an OTLP export request.
import { ratioIn } from "../common/telemetry/sampler.ts";
import { listOf, MalformedBody, readAttributes, readId, readItems, readText, readTime } from "./read-otlp.ts";
import type { Fields, Taken } from "./read-otlp.ts";
import type { Attributes, Origin, SpanKind, SpanRow } from "./rows.ts";

const SHAPE = { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" };
/** By SpanKind's number; 0 is unspecified, which OTLP takes for internal. */
const KINDS: readonly SpanKind[] = ["internal", "internal", "server", "client", "producer", "consumer"];
const STATUS_ERROR = 2;

/** Throws MalformedBody when the body is no request. */
export function readTraces(body: unknown, nowMs: number): Taken<SpanRow> {
  return readItems(body, SHAPE, (span, origin) => [readSpan(span, origin, nowMs)]);
}

function readSpan(span: Fields, origin: Origin, nowMs: number): SpanRow {
  const traceId = readId(span["traceId"], "traceId", 32);
  const spanId = readId(span["spanId"], "spanId", 16);
  if (traceId === null || spanId === null) throw new MalformedBody("span: expected traceId and spanId");
  const startMs = readTime(span["startTimeUnixNano"], "startTimeUnixNano", nowMs);
  const endMs = readTime(span["endTimeUnixNano"], "endTimeUnixNano", nowMs);
  if (endMs < startMs) throw new MalformedBody("endTimeUnixNano: before the start");
  const attributes = readAttributes(span["attributes"]);
  listOf(span["events"], "events");
  const error = errorOf(span["status"], attributes);
  return {
    ...origin,
    traceId,
    spanId,
    parentId: readId(span["parentSpanId"], "parentSpanId", 16),
    name: readText(span["name"], "name"),
    kind: kindOf(span["kind"]),
    startMs,
    durationMs: endMs - startMs,
    error,
    attributes,
    // Those that failed are all here.
    weight: error === null ? weightIn(span["traceState"]) : 1,
  };
}

/** A ratio that no sampler of ours has is not believed: one span would outweigh all others. */
function weightIn(traceState: unknown): number {
  const ratio = typeof traceState === "string" ? ratioIn(traceState) : 1;
  return Math.min(MOST_WEIGHT, Math.round(1 / Math.max(ratio, 1 / MOST_WEIGHT)));
}

const MOST_WEIGHT = 1024;

function kindOf(value: unknown): SpanKind {
  const kind = KINDS[typeof value === "number" ? value : 0];
  if (kind === undefined) throw new MalformedBody("kind: expected 0 to 5");
  return kind;
}

function errorOf(status: unknown, attributes: Attributes): string | null {
  const code = typeof status === "object" && status !== null && "code" in status ? status.code : 0;
  if (code !== STATUS_ERROR && code !== "STATUS_CODE_ERROR") return null;
  return String(attributes["error.type"] ?? "error");
}
