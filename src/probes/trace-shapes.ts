// The shapes in which a trace comes back: OTLP/JSON (`resourceSpans`, inside `trace` or `result` too, as Tempo's API v2
// and Jaeger's API v3 have it, or `batches` as Tempo's API v1), or `spans`, a list of flat rows with times in ms. Ids
// are texts that are only compared: some write them as hex, some in base64.

/** One span as it was found. */
export interface FoundSpan {
  readonly spanId: string;
  /** Empty: nobody called. */
  readonly parentId: string;
  readonly service: string;
  readonly name: string;
  /** ms since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly error?: string;
}

/** Spans that are looked at in one answer: it is bounded in bytes too. */
const mostLookedAt = 5_000;

/** The spans of an answer that make sense; undefined: it has none of these shapes. */
export function spansIn(text: string): readonly FoundSpan[] | undefined {
  const answer = jsonIn(text);
  const rows = field(answer, "spans");
  if (Array.isArray(rows)) return rows.slice(0, mostLookedAt).flatMap((row) => spanOf(flatRow(row)));
  const holders = [answer, field(answer, "trace"), field(answer, "result")];
  const lists = holders.flatMap((holder) => [field(holder, "resourceSpans"), field(holder, "batches")]);
  const resources = lists.find((list) => Array.isArray(list));
  if (resources === undefined) return undefined;
  return listOf(resources).flatMap(spansOfResource).slice(0, mostLookedAt).flatMap(spanOf);
}

/** What a span may have, before it is looked at. */
interface RawSpan {
  readonly spanId: unknown;
  readonly parentId: unknown;
  readonly service: unknown;
  readonly name: unknown;
  readonly startMs: number;
  readonly endMs: number;
  readonly error: unknown;
}

function flatRow(row: unknown): RawSpan {
  const startMs = numberOf(field(row, "startMs"));
  return {
    spanId: field(row, "spanId"),
    parentId: field(row, "parentId"),
    service: field(row, "service"),
    name: field(row, "name"),
    startMs,
    endMs: startMs + numberOf(field(row, "durationMs")),
    error: field(row, "error"),
  };
}

function spansOfResource(resource: unknown): readonly RawSpan[] {
  const service = attribute(field(resource, "resource"), "service.name");
  const scopes = field(resource, "scopeSpans") ?? field(resource, "instrumentationLibrarySpans");
  return listOf(scopes)
    .flatMap((scope) => listOf(field(scope, "spans")))
    .map((span) => ({
      spanId: field(span, "spanId"),
      parentId: field(span, "parentSpanId"),
      service,
      name: field(span, "name"),
      startMs: numberOf(field(span, "startTimeUnixNano")) / 1e6,
      endMs: numberOf(field(span, "endTimeUnixNano")) / 1e6,
      error: errorOf(span),
    }));
}

function spanOf({ spanId, parentId, service, name, startMs, endMs, error }: RawSpan): readonly FoundSpan[] {
  if (typeof spanId !== "string" || spanId === "" || typeof name !== "string") return [];
  if (!Number.isFinite(startMs) || !(endMs >= startMs)) return [];
  return [
    {
      spanId,
      parentId: typeof parentId === "string" ? parentId : "",
      service: typeof service === "string" ? service : "",
      name,
      startMs,
      durationMs: endMs - startMs,
      ...(typeof error === "string" && error !== "" && { error }),
    },
  ];
}

/** OTLP: a status of 2, with its message, or what `error.type` says. */
function errorOf(span: unknown): string | undefined {
  const status = field(span, "status");
  const code = field(status, "code");
  if (code !== 2 && code !== "STATUS_CODE_ERROR") return undefined;
  const says = [attribute(span, "error.type"), field(status, "message")];
  return says.find((one): one is string => typeof one === "string" && one !== "") ?? "error";
}

function attribute(of: unknown, key: string): unknown {
  const found = listOf(field(of, "attributes")).find((one) => field(one, "key") === key);
  return field(field(found, "value"), "stringValue");
}

/** Nanoseconds come as texts: a double holds them to a quarter of a microsecond. */
function numberOf(value: unknown): number {
  return typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : NaN;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
