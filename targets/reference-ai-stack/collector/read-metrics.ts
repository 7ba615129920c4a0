// Metric points out of an OTLP export request. Cumulative ones only, as Prometheus wants it too: of a delta that was
// lost on the way nobody would ever know.
import {
  listOf,
  MalformedBody,
  readAttributes,
  readCount,
  readItems,
  readNanoseconds,
  readNumber,
  readText,
  readTime,
} from "./read-otlp.ts";
import { fieldsOf } from "./read-otlp.ts";
import type { Fields, Taken } from "./read-otlp.ts";
import { NUMBERS } from "./numbers.ts";
import type { HistogramValue, MetricKind, MetricPoint, Origin } from "./rows.ts";

const SHAPE = { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" };
const CUMULATIVE = new Set<unknown>([2, "AGGREGATION_TEMPORALITY_CUMULATIVE"]);
/** The point has no value. */
const NO_RECORDED_VALUE = 1;

/** Throws MalformedBody when the body is no request. */
export function readMetrics(body: unknown, nowMs: number): Taken<MetricPoint> {
  return readItems(body, SHAPE, (metric, origin) => readMetric(metric, origin, nowMs));
}

function readMetric(metric: Fields, origin: Origin, nowMs: number): readonly MetricPoint[] {
  const name = readText(metric["name"], "name");
  if (name === "") throw new MalformedBody("name: expected a metric's name");
  const { kind, points } = dataOf(metric, name);
  const head = { ...origin, name, kind, unit: textOr(metric["unit"]), help: textOr(metric["description"]) };
  const taken: MetricPoint[] = [];
  for (const one of points) {
    const point = fieldsOf(one, "dataPoints");
    if ((readCount(point["flags"], "flags") & NO_RECORDED_VALUE) !== 0) continue;
    const start = readNanoseconds(point["startTimeUnixNano"] ?? 0, "startTimeUnixNano");
    taken.push({
      series: { ...head, attributes: readAttributes(point["attributes"]) },
      at: readTime(point["timeUnixNano"], "timeUnixNano", nowMs),
      ...(start > 0 && { startMs: start }),
      value: kind === "histogram" ? readHistogram(point) : readNumber(point["asDouble"] ?? point["asInt"], name),
    });
  }
  return taken;
}

function dataOf(metric: Fields, name: string): { readonly kind: MetricKind; readonly points: readonly unknown[] } {
  const { gauge, sum, histogram } = metric;
  if (gauge !== undefined)
    return { kind: "gauge", points: listOf(fieldsOf(gauge, "gauge")["dataPoints"], "dataPoints") };
  const data = fieldsOf(sum ?? histogram, `${name}: gauge, sum or histogram`);
  if (!CUMULATIVE.has(data["aggregationTemporality"])) {
    throw new MalformedBody(
      `${name}: expected cumulative temporality (OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE)`,
    );
  }
  const points = listOf(data["dataPoints"], "dataPoints");
  if (histogram !== undefined) return { kind: "histogram", points };
  // A sum that may fall is a level: OTLP calls it an up-down counter, and Prometheus a gauge.
  return { kind: data["isMonotonic"] === true ? "counter" : "gauge", points };
}

function readHistogram(point: Fields): HistogramValue {
  const bounds = listOf(point["explicitBounds"], "explicitBounds").map((bound) => readNumber(bound, "explicitBounds"));
  const buckets = listOf(point["bucketCounts"], "bucketCounts").map((count) => readCount(count, "bucketCounts"));
  const count = readCount(point["count"], "count");
  if (buckets.length === 0 && bounds.length === 0) buckets.push(count);
  if (buckets.length !== bounds.length + 1 || buckets.length > NUMBERS.limits.buckets) {
    throw new MalformedBody(`bucketCounts: expected ${bounds.length + 1}, of at most ${NUMBERS.limits.buckets}`);
  }
  if (bounds.some((bound, at) => at > 0 && bound <= (bounds[at - 1] ?? 0))) {
    throw new MalformedBody("explicitBounds: expected them to rise");
  }
  if (buckets.reduce((all, one) => all + one, 0) !== count) throw new MalformedBody("count: not that of the buckets");
  return { count, sum: readNumber(point["sum"] ?? 0, "sum"), bounds, buckets };
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value.slice(0, NUMBERS.limits.name) : "";
}
