// What OpenTelemetry makes of a page of metrics: gauges, cumulative sums, and histograms whose buckets count their own.
import type { Sample, Samples } from "../../targets/reference-ai-stack/healer/telemetry/metrics/catalogue-rows.ts";

interface Times {
  /** When counting began, and now, ns since 1970. */
  readonly startNs: string;
  readonly nowNs: string;
}

const CUMULATIVE = 2;

/** The items of a `metrics` list. Like our services, it sends no value that is no finite number: JSON has none. */
export function metricsOfPage(text: string, samples: Samples, { startNs, nowNs }: Times): readonly object[] {
  const times = { startTimeUnixNano: startNs, timeUnixNano: nowNs };
  const names = [...new Set(text.match(/^[a-zA-Z_:][\w:]*/gm))];
  const histograms = names.flatMap((name) => (name.endsWith("_bucket") ? [name.slice(0, -"_bucket".length)] : []));
  const isPart = (name: string): boolean =>
    histograms.some((one) => new RegExp(`^${one}_(bucket|sum|count)$`).test(name));
  const plain = names
    .filter((name) => !isPart(name))
    .map((name) => {
      const dataPoints = samples(name)
        .filter(({ value }) => Number.isFinite(value))
        .map(({ labels, value }) => ({ attributes: attributesOf(labels), ...times, asDouble: value }));
      if (!name.endsWith("_total")) return { name, gauge: { dataPoints } };
      return { name, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    });
  return [
    ...plain,
    ...histograms.map((name) => ({
      name,
      histogram: {
        aggregationTemporality: CUMULATIVE,
        dataPoints: samples(`${name}_count`).map((count) => ({ ...times, ...histogramOf(name, count, samples) })),
      },
    })),
  ];
}

function histogramOf(name: string, { labels, value }: Sample, samples: Samples): object {
  const own = (part: string): readonly Sample[] =>
    samples(`${name}_${part}`).filter((one) => Object.entries(labels).every(([key, text]) => one.labels[key] === text));
  const upTo = own("bucket").map((one) => ({ le: one.labels["le"] ?? "", count: one.value }));
  return {
    attributes: attributesOf(labels),
    count: value,
    sum: own("sum")[0]?.value ?? 0,
    explicitBounds: upTo.flatMap(({ le }) => (le === "+Inf" ? [] : Number(le))),
    bucketCounts: upTo.map(({ count }, n) => count - (upTo[n - 1]?.count ?? 0)),
  };
}

function attributesOf(labels: Sample["labels"]): readonly object[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } }));
}
