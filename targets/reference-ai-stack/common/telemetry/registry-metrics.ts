// A service's registry as OTLP metrics. The registry stays the one place where values are counted, so that pushing them
// costs a request nothing, and a page and a push can never tell different things.
import type { Registry } from "prom-client";
import { ATTRIBUTE, GENAI_METRIC, GENAI_UNIT, plainPrometheusName, secondsPrometheusName } from "./names.ts";

/** Of the process's own metrics these are pushed; the others stay on the page. */
const OF_THE_PROCESS = new Set([
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_cpu_seconds_total",
  "process_start_time_seconds",
  "process_resident_memory_bytes",
  "process_open_fds",
  "nodejs_heap_size_total_bytes",
  "nodejs_heap_size_used_bytes",
]);
const PROCESS_METRIC = /^(process|nodejs)_/;
const CUMULATIVE = 2;

/** OpenTelemetry's name for a name on the page. */
const METRIC_NAMES = new Map(Object.values(GENAI_METRIC).map((name) => [plainPrometheusName(name), name]));
const LABEL_NAMES = new Map(Object.values(ATTRIBUTE).map((name) => [plainPrometheusName(name), name]));
/** The pushed spelling of the same metric, which the page of the gateway has too. */
const SECOND_SPELLINGS = new Set(Object.values(GENAI_METRIC).map(secondsPrometheusName));

interface LabelledValue {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly metricName?: string;
}

/** The items of a `metrics` list. `startNs` and `nowNs`: when counting began, and now, in ns since 1970. */
export async function registryMetrics(registry: Registry, startNs: string, nowNs: string): Promise<readonly object[]> {
  const wanted = registry
    .getMetricsAsArray()
    .filter(({ name }) => (PROCESS_METRIC.test(name) ? OF_THE_PROCESS.has(name) : !SECOND_SPELLINGS.has(name)));
  const metrics: object[] = [];
  for (const { name: wantedName } of wanted) {
    const metric = registry.getSingleMetric(wantedName);
    if (metric === undefined) continue;
    // In turn: some values of the process are set while another one is read.
    const { name, help, type, values } = await metric.get();
    const head = {
      name: METRIC_NAMES.get(name) ?? name,
      description: help,
      unit: GENAI_UNIT[METRIC_NAMES.get(name) ?? ""] ?? "",
    };
    const times = { startTimeUnixNano: startNs, timeUnixNano: nowNs };
    // The enum of types is declared as numbers and holds words.
    const kind = String(type);
    if (kind === "histogram") metrics.push({ ...head, histogram: histogramData(values, times) });
    if (kind === "gauge") metrics.push({ ...head, gauge: { dataPoints: points(values, times) } });
    if (kind === "counter") {
      const sum = { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: points(values, times) };
      metrics.push({ ...head, sum });
    }
  }
  return metrics;
}

function points(values: readonly LabelledValue[], times: object): readonly object[] {
  return values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, labels }) => ({ attributes: attributesOf(labels), ...times, asDouble: value }));
}

/** The page's buckets count everything below their bound; OTLP's count what lies within. */
function histogramData(values: readonly LabelledValue[], times: object): object {
  const children = new Map<
    string,
    { readonly attributes: object; below: [number, number][]; sum: number; count: number }
  >();
  for (const { value, labels, metricName } of values) {
    const { le, ...own } = labels;
    const key = JSON.stringify(own);
    const child = children.get(key) ?? { attributes: attributesOf(own), below: [], sum: 0, count: 0 };
    children.set(key, child);
    if (le !== undefined) child.below.push([le === "+Inf" ? Infinity : Number(le), value]);
    else if (metricName?.endsWith("_sum") === true) child.sum = value;
    else child.count = value;
  }
  return {
    aggregationTemporality: CUMULATIVE,
    dataPoints: [...children.values()].map(({ attributes, below, sum, count }) => ({
      attributes,
      ...times,
      count,
      sum,
      explicitBounds: below.map(([bound]) => bound).filter((bound) => bound !== Infinity),
      bucketCounts: below.map(([, upTo], i) => upTo - (below[i - 1]?.[1] ?? 0)),
    })),
  };
}

/** An empty label is an absent one, on the page and here. */
function attributesOf(labels: LabelledValue["labels"]): readonly object[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => ({ key: LABEL_NAMES.get(key) ?? key, value: { stringValue: String(value) } }));
}
