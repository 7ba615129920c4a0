// From samples of any source to rows of the metric catalogue: which names a version has, which labels are meant, what
// scale is canonical. A row that is changed by reading is never read.
import { metricCatalogue } from "../../../common/metric-catalogue.ts";
import type { MetricRow, MetricServer } from "../../../common/metric-catalogue.ts";
import type { Cumulative, RowNow, SeriesNow } from "./metric-look.ts";

/** One value with its labels, as on the wire. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of one replica, by the name of their series. */
export type Samples = (name: string) => readonly Sample[];

/** What runs behind a service, by the catalogue. */
export interface ServerOf {
  readonly server: MetricServer;
  readonly rows: readonly MetricRow[];
}

/**
 * The rows of a server in that version; without a version all names, where the newest that is there counts. Throws a
 * RangeError for a server that is not in the catalogue or has no page.
 */
export function serverNamed(name: string, version?: string): ServerOf {
  const server = metricCatalogue.find((one) => one.server === name && one.endpoint !== null);
  if (server === undefined) throw new RangeError(`the metric catalogue has no server ${name} with a page`);
  const harmless = server.signals.filter(({ effects }) => effects === undefined);
  return { server, rows: version === undefined ? harmless : harmless.filter((row) => isOf(row, version)) };
}

function isOf({ since, upTo }: MetricRow, version: string): boolean {
  return (since === undefined || compare(version, since) >= 0) && (upTo === undefined || compare(version, upTo) <= 0);
}

function compare(one: string, other: string): number {
  const [a, b] = [one.split(".").map(Number), other.split(".").map(Number)];
  const place = Array.from({ length: Math.max(a.length, b.length) }, (_, n) => n).find(
    (n) => (a[n] ?? 0) !== (b[n] ?? 0),
  );
  return place === undefined ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

/** Every series name that the rows may stand under on the wire. */
export function namesOf(rows: readonly MetricRow[]): readonly string[] {
  return once(namesIn, rows, allNames);
}

const namesIn = new WeakMap<readonly MetricRow[], readonly string[]>();

function allNames(rows: readonly MetricRow[]): readonly string[] {
  return [
    ...new Set(rows.flatMap((row) => [...spellings(row), ...(row.type === "histogram" ? partsOfHistogram(row) : [])])),
  ];
}

function partsOfHistogram({ series }: MetricRow): string[] {
  return [`${series}_bucket`, `${series}_sum`, `${series}_count`];
}

/** What the samples say of the rows. An older name counts only where no newer one of its signal is there. */
export function readRows(samples: Samples, rows: readonly MetricRow[]): readonly RowNow[] {
  const read = rows.map((row) => ({ row, series: seriesOf(samples, row) }));
  const namesakes = once(namesakesIn, rows, namesakesOf);
  return read.filter(({ row, series }, at) => {
    const others = (namesakes[at] ?? []).flatMap((other) => read[other] ?? []);
    if (others.length === 0) return true;
    return isOlder(row)
      ? series.length > 0 && others.every((one) => one.series.length === 0)
      : hasNoOlder(series, others);
  });
}

/** For each row, the places of those that name the same signal, as older or newer versions do. */
const namesakesIn = new WeakMap<readonly MetricRow[], readonly (readonly number[])[]>();

function namesakesOf(rows: readonly MetricRow[]): readonly (readonly number[])[] {
  return rows.map((row) =>
    rows.flatMap((other, at) => (other.signal === row.signal && isOlder(row) !== isOlder(other) ? [at] : [])),
  );
}

function isOlder({ upTo }: MetricRow): boolean {
  return upTo !== undefined;
}

function hasNoOlder(series: readonly SeriesNow[], older: readonly RowNow[]): boolean {
  return series.length > 0 || older.every((one) => one.series.length === 0);
}

/** `_total` of a counter may be missing on the wire. */
function spellings({ series, type }: MetricRow): string[] {
  if (type !== "counter") return [series];
  return [series, series.endsWith("_total") ? series.slice(0, -"_total".length) : `${series}_total`];
}

function seriesOf(samples: Samples, row: MetricRow): readonly SeriesNow[] {
  if (row.type === "histogram")
    return row.unit === "s" ? timesOf(samples, row) : plain(samples, row, [`${row.series}_sum`]);
  return plain(samples, row, spellings(row));
}

function plain(samples: Samples, row: MetricRow, names: readonly string[]): readonly SeriesNow[] {
  const name = names.find((spelling) => samples(spelling).length > 0) ?? row.series;
  return samples(name)
    .filter((sample) => isMeant(sample, row))
    .map((sample) => ({
      key: keyOf(name, sample.labels),
      part: partOf(sample, row),
      value: (sample.value - (row.idle ?? 0)) * (row.scale ?? 1),
    }));
}

function timesOf(samples: Samples, row: MetricRow): readonly SeriesNow[] {
  const scale = row.scale ?? 1;
  const sums = new Map(samples(`${row.series}_sum`).map(({ labels, value }) => [keyOf("", labels), value * scale]));
  const buckets = new Map<string, { upTo: number; count: number }[]>();
  for (const { labels, value } of samples(`${row.series}_bucket`)) {
    const { le = "" } = labels;
    const key = keyOf("", withoutBound(labels));
    const bound = { upTo: le === "+Inf" ? Infinity : Number(le) * scale, count: value };
    const others = buckets.get(key);
    if (others === undefined) buckets.set(key, [bound]);
    else others.push(bound);
  }
  return samples(`${row.series}_count`)
    .filter((sample) => isMeant(sample, row))
    .map((sample) => {
      const key = keyOf("", sample.labels);
      const cumulative: Cumulative = (buckets.get(key) ?? []).toSorted((a, b) => a.upTo - b.upTo);
      const histogram = { cumulative, sum: sums.get(key) };
      return { key: keyOf(row.series, sample.labels), part: partOf(sample, row), value: sample.value, histogram };
    });
}

/** Labels that a Prometheus server adds are the same for all series of a replica, so they do no harm here. */
function keyOf(name: string, labels: Sample["labels"]): string {
  return `${name}${once(keys, labels, () => JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))))}`;
}

/** What was made of labels before: a reader gives the same object for the same text. */
const keys = new WeakMap<Sample["labels"], string>();
const withoutBounds = new WeakMap<Sample["labels"], Sample["labels"]>();

function once<Of extends object, Made>(made: WeakMap<Of, Made>, of: Of, make: (of: Of) => Made): Made {
  const before = made.get(of);
  if (before !== undefined) return before;
  const now = make(of);
  made.set(of, now);
  return now;
}

/** Of a bucket: all labels but its bound. */
function withoutBound(labels: Sample["labels"]): Sample["labels"] {
  return once(withoutBounds, labels, () => {
    const { le: _, ...rest } = labels;
    return rest;
  });
}

function partOf({ labels }: Sample, { parts = [] }: MetricRow): string {
  return parts.map((label) => `${label}=${labels[label] ?? ""}`).join(",");
}

/** Of the catalogue, so they are few. */
const patterns = new Map<string, RegExp>();

function wholeOf(pattern: string): RegExp {
  const made = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, made);
  return made;
}

/** Patterns are for the whole value, as in PromQL; an absent label is the empty text. */
function isMeant({ labels }: Sample, { match = {}, unless = {} }: MetricRow): boolean {
  const fits = ([label, pattern]: readonly [string, string]): boolean => wholeOf(pattern).test(labels[label] ?? "");
  return Object.entries(match).every(fits) && !Object.entries(unless).some(fits);
}
