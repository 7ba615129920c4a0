// Thresholds of a script: what must hold of a metric over all of the load, in k6's words.

import type { Entry, Constant } from "./constants.ts";
import { Fields } from "./fields.ts";
import type { ScriptFault } from "./nodes.ts";

export type MetricKind = "counter" | "gauge" | "rate" | "trend";

/** Metrics that there are without the script's making them. */
export const ownMetrics: ReadonlyMap<string, KnownMetric> = new Map<string, KnownMetric>([
  ["http_reqs", { kind: "counter", isTime: false }],
  ["http_req_duration", { kind: "trend", isTime: true }],
  ["http_req_failed", { kind: "rate", isTime: false }],
  ["checks", { kind: "rate", isTime: false }],
  ["iterations", { kind: "counter", isTime: false }],
  ["dropped_iterations", { kind: "counter", isTime: false }],
]);

/** A metric that a script may ask for. */
export interface KnownMetric {
  readonly kind: MetricKind;
  /** Are its values ms? */
  readonly isTime: boolean;
}

/** A figure of trends in a summary, as it is written. */
export interface Trending {
  readonly name: string;
  readonly of: Aggregation;
}

/** undefined: it is none. */
export function trendingOf(name: string): Trending | undefined {
  const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(name)?.[1];
  if (percentile !== undefined)
    return Number(percentile) > 100 ? undefined : { name, of: { percentile: Number(percentile) } };
  return ["avg", "min", "med", "max", "count"].includes(name) ? { name, of: name as Aggregation } : undefined;
}

export type Tags = Readonly<Record<string, string>>;

export interface Threshold {
  /** As it is written, with tags where it has some. */
  readonly metric: string;
  /** Of which metric, and of which samples of it: those that have all of the tags. */
  readonly base: string;
  readonly tags: Tags;
  readonly kind: MetricKind;
  /** As it is written. */
  readonly expression: string;
  readonly of: Aggregation;
  readonly sign: Sign;
  readonly bound: number;
}

/** What the samples come to: a name, or a percentile from 0 to 100. */
type Aggregation = "count" | "rate" | "value" | "avg" | "min" | "max" | "med" | { readonly percentile: number };

type Sign = "<" | "<=" | ">" | ">=" | "==" | "===" | "!=";

const aggregations: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ["count", "rate"],
  gauge: ["value"],
  rate: ["rate"],
  trend: ["avg", "min", "max", "med", "p(N)"],
};

const written =
  /^\s*(count|rate|value|avg|min|max|med|p\(\s*(\d+(?:\.\d+)?)\s*\))\s*(<=|>=|===|==|!=|<|>)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i;

/** Tags that k6 gives and we do not: a threshold by one would never have samples. */
const unknownTags = ["proto", "subproto", "error", "tls_version", "ocsp_status", "service", "ip", "vu", "iter"];

/** A metric and its tags, read as k6 reads them; undefined: it cannot be. */
function nameOf(written: string): { readonly base: string; readonly tags: Tags } | undefined {
  if (!/[{}]/.test(written)) return { base: written, tags: {} };
  const [, base = "", inside = ""] = /^([^{}]*)\{(.*)\}$/.exec(written) ?? [];
  const pairs = inside
    .split(",")
    .map((one) => one.split(/:(.*)/s, 2).map((part) => part.trim().replaceAll(/^["']+|["']+$/g, "")));
  if (base === "" || pairs.some(([key = "", value = ""]) => key === "" || value === "")) return undefined;
  return { base, tags: Object.fromEntries(pairs as [string, string][]) };
}

type Report = (fault: ScriptFault) => void;

/** Reads `thresholds`; what is wrong is reported. `known`: the runtime's metrics and those that the script makes. */
export function thresholdsOf(
  fields: Fields | undefined,
  known: ReadonlyMap<string, KnownMetric>,
  report: Report,
): readonly Threshold[] {
  return (fields?.all ?? []).flatMap(([metric, { key, constant }]) => {
    const named = nameOf(metric);
    if (named === undefined) {
      const expected = "a metric, or one with tags such as `http_req_duration{name:ask,status:200}`";
      report({ at: key.start, code: "RB1205", found: `thresholds of ${metric}`, expected });
      return [];
    }
    const { base, tags } = named;
    const kind = known.get(base)?.kind;
    if (kind === undefined) {
      const expected = `one of ${[...known.keys()].join(", ")} (the part of k6 that Rebound runs)`;
      report({ at: key.start, code: "RB1205", found: `thresholds of ${metric}`, expected });
      return [];
    }
    const foreign = Object.keys(tags).find((tag) => unknownTags.includes(tag));
    if (foreign !== undefined) {
      const expected =
        "tags that the script gives, or name, url, method, status, expected_response, error_code, check, group, scenario";
      report({
        at: key.start,
        code: "RB1205",
        found: `thresholds of ${metric}, by the tag ${foreign}`,
        expected: `${expected} (the part of k6 that Rebound runs)`,
      });
      return [];
    }
    if (!Array.isArray(constant.value)) {
      report({
        at: constant.node.start,
        code: "RB1205",
        found: "thresholds that are no list",
        expected: 'a list such as ["p(95)<500"]',
      });
      return [];
    }
    return (constant.value as readonly Constant[]).flatMap((one) =>
      thresholdOf(one, { metric, base, tags, kind }, report),
    );
  });
}

function thresholdOf(
  constant: Constant,
  of: Pick<Threshold, "metric" | "base" | "tags" | "kind">,
  report: Report,
): readonly Threshold[] {
  const { metric, kind } = of;
  const { at, text } = textOf(constant, metric, report);
  if (text === undefined) return [];
  const [, word = "", percentile, sign = "", bound = ""] = written.exec(text) ?? [];
  const isKnown = aggregations[kind].includes(percentile === undefined ? word : "p(N)");
  if (!isKnown || Number(percentile ?? 0) > 100) {
    const names = aggregations[kind].join(", ");
    const expected = `one of ${names} of a ${kind}, a comparison and a number, such as \`${names.split(",")[0] ?? ""} < 1\``;
    report({ at, code: "RB1205", found: `the threshold "${text}" of ${metric}`, expected });
    return [];
  }
  const what = percentile === undefined ? (word as Aggregation) : { percentile: Number(percentile) };
  return [{ ...of, expression: text.trim(), of: what, sign: sign as Sign, bound: Number(bound) }];
}

/** A text, or an object with one: `abortOnFail` is refused, since nothing ends the load but the trial. */
function textOf(
  constant: Constant,
  metric: string,
  report: Report,
): { readonly at: number; readonly text?: string | undefined } {
  const at = constant.node.start;
  if (typeof constant.value === "string") return { at, text: constant.value };
  const fields = new Fields(constant, `a threshold of ${metric}`, report);
  const text = fields.text("threshold");
  const entry: Entry | undefined = fields.entry("threshold");
  if (entry === undefined && constant.value instanceof Map) fields.lacks("threshold");
  fields.refuseRest();
  return { at: entry?.constant.node.start ?? at, text };
}
