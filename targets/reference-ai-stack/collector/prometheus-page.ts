// All series of now as one Prometheus page, spelled as OpenTelemetry's compatibility rules say: unit and `_total` in
// the name, once. Who speaks stands in the labels `service` and `replica`, as on the services' own pages: `job` and
// `instance` belong to the server that reads.
import type { HeldSeries } from "./recent.ts";
import type { HistogramValue, MetricKind, MetricSeries } from "./rows.ts";

export const PAGE_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** UCUM → Prometheus' word; annotations such as `{token}` are left out. */
const UNITS: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  min: "minutes",
  h: "hours",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  m: "meters",
  V: "volts",
  A: "amperes",
  J: "joules",
  W: "watts",
  g: "grams",
  Cel: "celsius",
  Hz: "hertz",
  "%": "percent",
};

/** `gen_ai.client.operation.duration` in s → `gen_ai_client_operation_duration_seconds`. */
export function prometheusName({ name, unit, kind }: Pick<MetricSeries, "name" | "unit" | "kind">): string {
  const clean = name.replaceAll(/[^a-zA-Z0-9_:]+/g, "_").replace(/^(?=\d)/, "_");
  const base = kind === "counter" ? clean.replace(/_total$/, "") : clean;
  const word = unit === "1" ? (kind === "gauge" ? "ratio" : "") : (UNITS[unit] ?? "");
  const spelled = word === "" || base.endsWith(`_${word}`) ? base : `${base}_${word}`;
  return kind === "counter" ? `${spelled}_total` : spelled;
}

/** One family after the other, each with HELP and TYPE. Of a name that two kinds share the first one is on the page. */
export function prometheusPage(held: readonly HeldSeries[]): string {
  const families = new Map<
    string,
    { readonly kind: MetricKind; readonly help: string; readonly lines: Map<string, string> }
  >();
  for (const { series, latest } of held) {
    const name = prometheusName(series);
    const family = families.get(name) ?? { kind: series.kind, help: series.help, lines: new Map<string, string>() };
    families.set(name, family);
    const labels = labelsOf(series);
    if (family.kind === series.kind) family.lines.set(labels, linesOf(name, labels, latest.value));
  }
  return [...families]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { kind, help, lines }]) => `${headOf(name, kind, help)}${[...lines.values()].join("")}`)
    .join("");
}

function headOf(name: string, kind: MetricKind, help: string): string {
  const words = (help === "" ? name : help).replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${words}\n# TYPE ${name} ${kind}\n`;
}

function linesOf(name: string, labels: string, value: number | HistogramValue): string {
  if (typeof value === "number") return `${name}{${labels}} ${value}\n`;
  let below = 0;
  const buckets = value.buckets.map((count, i) => {
    below += count;
    return `${name}_bucket{${labels},le="${value.bounds[i] ?? "+Inf"}"} ${below}\n`;
  });
  return `${buckets.join("")}${name}_sum{${labels}} ${value.sum}\n${name}_count{${labels}} ${value.count}\n`;
}

/** Attributes whose names become the same are joined with `;`, as the rules want it. */
function labelsOf({ service, replica, attributes }: MetricSeries): string {
  const labels = new Map<string, string>();
  for (const [key, value] of Object.entries(attributes)) {
    const name = key.replaceAll(/[^a-zA-Z0-9_]+/g, "_").replace(/^(?=\d)/, "key_");
    const before = labels.get(name);
    labels.set(name, before === undefined ? String(value) : `${before};${String(value)}`);
  }
  // `le` is the page's own.
  labels.delete("le");
  labels.set("service", service);
  labels.set("replica", replica);
  return [...labels]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
