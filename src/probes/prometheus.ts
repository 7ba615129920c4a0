// prometheus: the series of one name on each replica's metrics page, combined into one number: as they stand, or how
// fast they rise. For servers that no preset knows; what it means, and in what unit, is for whoever names it to know.

import { performance } from "node:perf_hooks";
import { z } from "zod";
import { parseDuration } from "../core/duration.ts";
import { suggestName } from "../core/nearest.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, SampleContext } from "../core/probe-kind.ts";
import type { Ms } from "../core/units.ts";
import { duration, path } from "../language/schema-parts.ts";
import type { Reading } from "../records/timeline/reading.ts";
import { lookSignal, probeHeaders } from "./access.ts";
import { combinations, readEach } from "./combine.ts";
import type { MetricPage, MetricSample } from "./metrics/prometheus-text.ts";
import { readMetricPage } from "./metrics/read-page.ts";
import { openRiser, type Riser, type SeriesValues } from "./riser.ts";

const seriesWords = "the name of a series as it stands on the page, such as http_requests_total";

const shape = {
  series: z
    .string(seriesWords)
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, seriesWords)
    .describe("Name of the series, with its ending: `_total` of a counter, `_count` or `_sum` of a histogram."),
  labels: z
    .record(z.string(), z.string("a text"))
    .exactOptional()
    .describe("Only series with these labels; a label that a series does not have is the empty text. Absent: all."),
  combine: z.enum(["min", "max", "sum"]).describe("How the series of all replicas become one number."),
  path: path("Path of the page; /metrics when absent.").exactOptional(),
  headers: probeHeaders,
  per_second_over: duration(
    "How fast the series rise, per second, over this stretch; for counters. Absent: the value as it stands.",
  ).exactOptional(),
};

interface Params {
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly combine: "min" | "max" | "sum";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly overMs?: Ms;
  /** What it says is of this stretch. */
  readonly lagMs?: Ms;
}

/** A series of a metrics page. */
export const prometheus = probeKind({
  kind: "prometheus",
  about: "a series of the metrics page of each replica, as it stands or how fast it rises, combined over them",
  shape,
  params: paramsOf,
  // What rises does not fall: a rate is never below 0.
  bounds: ({ data, overMs }) => ({ lo: data || overMs !== undefined ? 0 : -Infinity, hi: Infinity }),
  check: ({ data, per_second_over: over }) =>
    data === true && over !== undefined
      ? [
          {
            key: "data",
            found: "data: true beside per_second_over",
            expected: "one of the two: how fast something rises may fall, and nothing is lost by it",
          },
        ]
      : [],
  open(spec) {
    const risers = new Map<string, Riser>();
    return async (context) => combined(spec, context, risers);
  },
});

function paramsOf(written: z.infer<z.ZodObject<typeof shape>>): Params {
  const { series, labels = {}, combine, path: page = "/metrics", headers = {} } = written;
  const overMs = parseDuration(written.per_second_over ?? "");
  return { series, labels, combine, path: page, headers, ...(overMs !== undefined && { overMs, lagMs: overMs }) };
}

/** No reading when a page cannot be read, or has no such series. */
async function combined(
  spec: ProbeBase & Params,
  { access, signal }: SampleContext,
  risers: Map<string, Riser>,
): Promise<Reading> {
  const inTime = lookSignal(signal, spec.timeoutMs);
  const combine = combinations[spec.combine];
  return readEach(
    access.replicas(spec.service),
    async ({ replica, address }) => {
      const read = await readMetricPage(`${address}${spec.path}`, { headers: spec.headers, signal: inTime });
      if (!read.ok) throw new Error(read.says);
      const values = valuesOn(read.page, spec);
      if (spec.overMs === undefined) return combine([...values.values()]);
      const riser = risers.get(replica) ?? openRiser({ overMs: spec.overMs, everyMs: spec.everyMs });
      risers.set(replica, riser);
      return combine(riser.take(values, performance.now()));
    },
    combine,
  );
}

function valuesOn(page: MetricPage, { series, labels }: Params): SeriesValues {
  const wanted = Object.entries(labels);
  const all = page.samples(series);
  const meant = all.filter((sample) => wanted.every(([label, text]) => (sample.labels[label] ?? "") === text));
  if (all.length === 0) {
    const near = suggestName(series, page.names);
    throw new Error(`there is no series ${series}${near === undefined ? "" : `; ${near}`}`);
  }
  if (meant.length === 0) throw new Error(`no series ${series} has these labels (${all.length} have others)`);
  const odd = meant.find(({ value }) => !Number.isFinite(value));
  if (odd !== undefined) throw new Error(`${series} is ${odd.value}`);
  return new Map(meant.map((sample) => [tellingApart(sample), sample.value]));
}

function tellingApart({ labels }: MetricSample): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
