// OTLP/HTTP JSON of what a service exports. 64-bit times are texts, as protobuf's JSON wants them.
import { ATTRIBUTE } from "./names.ts";
import { tracestateOf } from "./sampler.ts";
import type { AttributeValue, EndedSpan } from "./span.ts";

export interface LogRecord {
  /** ms since 1970. */
  readonly at: number;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, AttributeValue | null | undefined>>;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** `service.name` and `service.instance.id`. */
export interface Origin {
  readonly service: string;
  readonly replica: string;
}

const KIND = { internal: 1, server: 2, client: 3 };
const SEVERITY = { info: 9, warn: 13, error: 17 };
const STATUS_ERROR = 2;
const SCOPE = { name: "reference-ai-stack" };

/** The body for `/v1/traces`. */
export function tracesBody(origin: Origin, spans: readonly EndedSpan[]): string {
  const items = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.ratio !== undefined && { traceState: tracestateOf(span.ratio) }),
    ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
    name: span.name,
    kind: KIND[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: attributeList(span.attributes),
    ...(span.error !== undefined && { status: { code: STATUS_ERROR } }),
  }));
  return JSON.stringify({ resourceSpans: [{ ...resourceOf(origin), scopeSpans: [{ scope: SCOPE, spans: items }] }] });
}

/** The body for `/v1/logs`. */
export function logsBody(origin: Origin, logs: readonly LogRecord[]): string {
  const logRecords = logs.map(({ at, level, message, fields, traceId, spanId }) => ({
    timeUnixNano: nanoseconds(at),
    severityNumber: SEVERITY[level],
    severityText: level.toUpperCase(),
    body: { stringValue: message },
    attributes: attributeList(Object.entries(fields)),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
  }));
  return JSON.stringify({ resourceLogs: [{ ...resourceOf(origin), scopeLogs: [{ scope: SCOPE, logRecords }] }] });
}

/** The body for `/v1/metrics`. */
export function metricsBody(origin: Origin, metrics: readonly object[]): string {
  return JSON.stringify({ resourceMetrics: [{ ...resourceOf(origin), scopeMetrics: [{ scope: SCOPE, metrics }] }] });
}

/** ms since 1970 as ns, to the microsecond. */
export function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

function resourceOf({ service, replica }: Origin): object {
  const attributes = attributeList([
    [ATTRIBUTE.serviceName, service],
    [ATTRIBUTE.serviceInstance, replica],
  ]);
  return { resource: { attributes } };
}

function attributeList(pairs: Iterable<readonly [string, AttributeValue | null | undefined]>): readonly object[] {
  const list: object[] = [];
  for (const [key, value] of pairs) {
    if (value !== null && value !== undefined) list.push({ key, value: anyValue(value) });
  }
  return list;
}

function anyValue(value: AttributeValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
