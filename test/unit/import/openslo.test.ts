import { stringify } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import type { Imported } from "../../../src/import/imported.ts";
import { readOpenSlo } from "../../../src/import/openslo.ts";
import { intentText } from "../../../src/import/write-intent.ts";
import { lintNewIntent, loadTarget } from "../../../src/run/select.ts";

let target: Target;
beforeAll(async () => {
  target = await loadTarget("reference-ai-stack");
});

const source = { type: "Prometheus", spec: { query: "sum(rate(http_requests_total[1m]))" } };
const answered = {
  metadata: { name: "answered" },
  spec: { ratioMetric: { counter: true, good: { metricSource: source }, total: { metricSource: source } } },
};
const fast = {
  metadata: { name: "fast" },
  spec: { thresholdMetric: { metricSource: { type: "Prometheus", spec: { query: "http_request_duration_seconds" } } } },
};

function read(spec: Readonly<Record<string, unknown>>, map = new Map([["shop", "users"]])): Imported {
  const file = {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "shop-slo", displayName: "Shop answers", labels: { team: "a" } },
    spec: {
      service: "shop",
      budgetingMethod: "Occurrences",
      timeWindow: [{ duration: "30d", isRolling: true }],
      ...spec,
    },
  };
  return readOpenSlo(stringify(file), "slo.yaml", { target, map, variables: new Map() });
}

/** An objective of times at p95, by its query and its bound. */
const timed = (query: string, value: number): Readonly<Record<string, unknown>> => ({
  op: "lte",
  value,
  target: 0.95,
  indicator: { spec: { thresholdMetric: { metricSource: { type: "Prometheus", spec: { query } } } } },
});

const fateAt = ({ notes }: Imported, pointer: string): readonly string[] =>
  notes.filter((note) => note.pointer === pointer).map(({ fate, because }) => `${fate}: ${because}`);

describe("an SLO of OpenSLO", () => {
  it("becomes a control whose steady state it is, and lints", async () => {
    const imported = read({
      objectives: [
        { displayName: "answered", target: 0.8, indicator: answered },
        { displayName: "fast", op: "lte", value: 0.9, targetPercent: 95, indicator: fast },
      ],
    });
    expect(imported.problems).toEqual([]);
    expect(imported.conditions).toEqual([
      { name: "answered", expression: "users.error_share <= 0.2" },
      { name: "fast", expression: "users.latency_p95 <= 900" },
    ]);
    const text = intentText(imported, { target: target.name, from: "slo.yaml", rate: "20/s" });
    expect(text).toContain("arms: [placebo]");
    expect(await lintNewIntent(text, "experiments/openslo/shop.yaml")).toEqual([]);
  });

  it("of times alone is imported, with a condition that sees an outage", async () => {
    const imported = read({ objectives: [timed("http_request_duration_seconds", 0.9)] });
    expect(imported.conditions.map(({ expression }) => expression)).toEqual([
      "users.error_share <= 0.15",
      "users.latency_p95 <= 900",
    ]);
    const text = intentText(imported, { target: target.name, from: "slo.yaml", rate: "20/s" });
    expect(await lintNewIntent(text, "experiments/openslo/times.yaml")).toEqual([]);
  });

  it.each([
    ["envoy_request_duration_microseconds", 250_000, 250],
    ["request_duration_nanoseconds", 250_000_000, 250],
    ["request_latency_us", 250_000, 250],
    ["request_latency_ms_bucket", 250, 250],
    ["request.duration.milliseconds", 1.5, 1.5],
    ["request_duration_seconds{app='ms-web'}", 0.25, 250],
    ['max(request_duration_seconds{app="}_ms"}) by (latency_ms)', 0.25, 250],
    ["histogram_quantile(0.95, sum(rate(request_duration_seconds_bucket[5m])) by (le))", 0.25, 250],
    ["max_over_time(request_duration_seconds[1m])", 0.25, 250],
  ])("reads the unit from the metric's name alone: %s", (query, value, ms) => {
    const imported = read({ objectives: [timed(query, value)] });
    expect(imported.conditions.map(({ expression }) => expression)).toContain(`users.latency_p95 <= ${ms}`);
  });

  it.each([
    ["two units", "request_duration_seconds or request_duration_ms", 1, /two units: seconds and ms/],
    ["a sum with other units", "1000 * request_duration_seconds", 250, /its query calculates/],
    ["a count", "request_duration_seconds_count", 250, /no time that users wait/],
    ["a unit among the labels", 'latency{unit="ms"}', 250, /seconds or ms is not told/],
    ["a unit within a word", "request_duration_parsecs", 250, /seconds or ms is not told/],
    ["a country", "request_latency_us_east", 900, /seconds or ms is not told/],
    ["next to nothing", "request_duration_microseconds", 250, /0\.25 ms, which is next to nothing/],
    ["more than a request may take", "request_duration_seconds", 5, /given up after 5000 ms/],
  ])("drops a time of %s with the reason", (_what, query, value, because) => {
    const imported = read({ objectives: [timed(query, value)] });
    expect(imported.conditions).toEqual([]);
    expect(fateAt(imported, "/spec/objectives/0")).toEqual([expect.stringMatching(because)]);
  });

  it("tells where its bound could not be told in a window, and was widened", () => {
    const imported = read({ indicator: answered, objectives: [{ target: 0.999 }] });
    expect(imported.conditions[0]?.expression).toBe("users.error_share <= 0.15");
    expect(fateAt(imported, "/spec/objectives/0")).toEqual([
      expect.stringMatching(/^changed: .*0\.001 of twenty .* 0\.15 was taken/),
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "an indicator in another file",
      { objectives: [{ target: 0.9 }], indicatorRef: "elsewhere" },
      /elsewhere stands in another file/,
    ],
    [
      "a ready-made ratio",
      { objectives: [{ target: 0.9, indicator: { spec: { ratioMetric: { raw: {} } } } }] },
      /no good or bad requests/,
    ],
    [
      "a ratio of those that are fast enough",
      {
        objectives: [
          {
            target: 0.9,
            indicator: {
              spec: {
                ratioMetric: {
                  good: { metricSource: { spec: { query: 'request_duration_seconds_bucket{le="0.3"}' } } },
                  total: { metricSource: { spec: { query: "request_duration_seconds_count" } } },
                },
              },
            },
          },
        ],
      },
      /fast enough, not all that are answered/,
    ],
    [
      "a time without a unit",
      {
        objectives: [
          {
            op: "lte",
            value: 5,
            target: 0.95,
            indicator: { spec: { thresholdMetric: { metricSource: { spec: { query: "latency" } } } } },
          },
        ],
      },
      /seconds or ms is not told/,
    ],
    [
      "a number that is no time",
      {
        objectives: [
          {
            op: "lte",
            value: 5,
            target: 0.95,
            indicator: { spec: { thresholdMetric: { metricSource: { spec: { query: "queue_seconds_old" } } } } },
          },
        ],
      },
      /no time that users wait/,
    ],
    ["a rare percentile", { objectives: [{ op: "lte", value: 1, target: 0.99, indicator: fast }] }, /not 99 %/],
    ["more is better", { objectives: [{ op: "gte", value: 1, target: 0.95, indicator: fast }] }, /gte: only times/],
    ["no target", { objectives: [{ indicator: answered }] }, /no target between 0 and 1/],
  ])("lists %s with pointer and reason, and keeps no condition of it", (_what, spec, because) => {
    const imported = read(spec);
    expect(imported.conditions).toEqual([]);
    expect(fateAt(imported, "/spec/objectives/0")).toEqual([expect.stringMatching(because)]);
  });

  it("asks whose requests are counted where that was not said", () => {
    const imported = read({ indicator: answered, objectives: [{ target: 0.9 }] }, new Map());
    expect(imported.conditions).toEqual([]);
    expect(fateAt(imported, "/spec/objectives/0")).toEqual([expect.stringContaining("--map answered=users")]);
  });

  it("lists every other key, and drops none without a word", () => {
    const imported = read({
      alertPolicies: ["a"],
      description: "d",
      indicator: answered,
      objectives: [{ target: 0.9, timeSliceTarget: 0.9 }],
    });
    const dropped = imported.notes.filter(({ fate }) => fate === "dropped").map(({ pointer }) => pointer);
    expect(dropped.toSorted()).toEqual([
      "/metadata/labels",
      "/spec/alertPolicies",
      "/spec/description",
      "/spec/objectives/0/timeSliceTarget",
    ]);
    expect(imported.notes.every(({ place }) => place.line > 0)).toBe(true);
  });

  it("of another kind or version is a problem with a place", () => {
    const imported = readOpenSlo("apiVersion: openslo/v1alpha\nkind: SLI\n", "slo.yaml", {
      target,
      map: new Map(),
      variables: new Map(),
    });
    expect(imported.problems).toMatchObject([{ place: { line: 2 }, found: "SLI of openslo/v1alpha" }]);
  });
});
