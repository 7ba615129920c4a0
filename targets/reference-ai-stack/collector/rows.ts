// What the collector keeps of OTLP: one flat row for each span, log record and metric point, with times in ms since
// 1970 and the two resource attributes that tell who speaks.

export type Attribute = string | number | boolean;
export type Attributes = Readonly<Record<string, Attribute>>;

/** `service.name` and `service.instance.id` of the resource. */
export interface Origin {
  readonly service: string;
  readonly replica: string;
}

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

export interface SpanRow extends Origin {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** null: the first span of its trace. */
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  /** ms since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  /** `error.type`, or `error` when the status alone says it; null: it went well. */
  readonly error: string | null;
  readonly attributes: Attributes;
  /** Spans for which it stands, itself included: above its rate a service keeps one of several that went well. */
  readonly weight: number;
}

export interface LogRow extends Origin {
  /** ms since 1970. */
  readonly at: number;
  /** `INFO`, `WARN`, … */
  readonly severity: string;
  readonly body: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: Attributes;
}

export type MetricKind = "gauge" | "counter" | "histogram";

/** Cumulative since the service's start. `buckets` has one count more than `bounds`; each counts its own bucket. */
export interface HistogramValue {
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
}

export interface MetricSeries extends Origin {
  readonly name: string;
  readonly kind: MetricKind;
  /** UCUM (`s`, `By`, `1`); empty when unknown. */
  readonly unit: string;
  readonly help: string;
  readonly attributes: Attributes;
}

/** A counter's value is cumulative, as it was sent. */
export interface MetricPoint {
  readonly series: MetricSeries;
  /** ms since 1970. */
  readonly at: number;
  /** When its service began to count, ms since 1970; absent when it does not say. */
  readonly startMs?: number;
  readonly value: number | HistogramValue;
}

/** The same for the same series, whatever the order of its attributes. */
export function seriesKey({ service, replica, name, kind, attributes }: MetricSeries): string {
  const pairs = Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([service, replica, name, kind, pairs]);
}
