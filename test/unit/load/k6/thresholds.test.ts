// Metrics that a script makes, and the thresholds that it sets.

import { expect, test } from "vitest";
import type { SenderEvent } from "../../../../src/core/load-source.ts";
import { Metrics } from "../../../../src/load/k6/engine/metrics.ts";
import { requestsOf } from "./runs.ts";
import { scriptOf, steady, told } from "./scripts.ts";

const withThresholds = (written: string, count = 20): string =>
  steady(count, "", 20).replace("scenarios", `thresholds: ${written}, scenarios`);
const run = "export default function () {}";

test.each<[string, string, RegExp]>([
  [
    "one that cannot be read",
    '{ checks: ["rate is 1"] }',
    /^main\.ts:1:\d+: the threshold "rate is 1" of checks; expected one of rate of a rate/,
  ],
  [
    "a figure that the metric has not",
    '{ http_reqs: ["p(95)<1"] }',
    /^main\.ts:1:\d+: the threshold "p\(95\)<1" of http_reqs; expected one of count, rate/,
  ],
  ["a percentile above 100", '{ http_req_duration: ["p(101)<1"] }', /the threshold "p\(101\)<1"/],
  [
    "a metric that nobody makes",
    '{ latency: ["avg<1"] }',
    /^main\.ts:1:40: thresholds of latency; expected one of http_reqs/,
  ],
  [
    "a metric by a tag that no sample has",
    '{ "http_req_duration{status:200,tls_version:tls1.3}": ["avg<1"] }',
    /^main\.ts:1:40: thresholds of http_req_duration\{.*\}, by the tag tls_version; expected tags that the script gives/,
  ],
  [
    "tags without an end",
    '{ "checks{a:b": ["rate<1"] }',
    /^main\.ts:1:40: thresholds of checks\{a:b; expected a metric, or/,
  ],
  [
    "a tag without a value",
    '{ "checks{a}": ["rate<1"] }',
    /^main\.ts:1:40: thresholds of checks\{a\}; expected a metric, or/,
  ],
  ["tags of no metric", '{ "{a:b}": ["rate<1"] }', /^main\.ts:1:40: thresholds of \{a:b\}; expected a metric, or/],
  [
    "tags of a metric that nobody makes",
    '{ "latency{a:b}": ["avg<1"] }',
    /thresholds of latency\{a:b\}; expected one of/,
  ],
  ["a name of all objects", '{ constructor: ["avg<1"] }', /thresholds of constructor/],
  ["no list", '{ checks: "rate>0.9" }', /^main\.ts:1:\d+: thresholds that are no list/],
  [
    "an end of the load",
    '{ checks: [{ threshold: "rate>0.9", abortOnFail: true }] }',
    /^main\.ts:1:\d+: a threshold of checks\.abortOnFail; exp/,
  ],
  ["an object without a threshold", "{ checks: [{}] }", /a threshold of checks without `threshold`/],
])("%s is refused at its place", (_what, written, pattern) => {
  expect(told(`${withThresholds(written)}\n${run}`)).toEqual([expect.stringMatching(pattern)]);
});

test.each<[string, string, RegExp]>([
  [
    "a metric of the runtime",
    'new Trend("checks");',
    /^main\.ts:4:11: the metric checks as a trend; .*a rate of the runtime/,
  ],
  [
    "the same name in another file",
    'new Rate("wait");',
    /^lib\.ts:2:33: the metric wait as a counter; .*rate of main\.ts:4:10/,
  ],
])("a name that is of another kind already is refused: %s", (_what, made, pattern) => {
  const lib = 'import { Counter } from "k6/metrics";\nexport const wait = new Counter("wait");';
  const text = `import { Rate, Trend } from "k6/metrics"; import "./lib.ts";\n${steady()}\n${run}\n${made};`;
  expect(told(text, { "/s/lib.ts": lib })).toEqual([expect.stringMatching(pattern)]);
});

test("a name of the same kind in two files, or of the runtime, is one metric", () => {
  const lib = 'import { Counter } from "k6/metrics";\nexport const wait = new Counter("wait");';
  const text = `import { Counter, Rate } from "k6/metrics"; import "./lib.ts";\n${steady()}\n${run}\nnew Counter("wait"); new Rate("checks");`;
  expect(told(text, { "/s/lib.ts": lib })).toEqual([]);
});

test.each(["new Trend(__ENV.TARGET)", 'new Trend("a b")', "new Trend()", 'new Trend("n"); new Rate("n")'])(
  "a metric whose name is not known, or means two things, is refused: %s",
  (made) => {
    expect(told(`import { Rate, Trend } from "k6/metrics";\n${steady()}\n${run}\n${made};`)).toEqual([
      expect.stringMatching(/^main\.ts:4:\d+: the name of a metric; expected a text/),
    ]);
  },
);

test("thresholds are read with the metrics of all files", () => {
  const lib = 'import * as all from "k6/metrics";\nexport const wait = new all.Trend("wait", true);';
  const text = `import { Counter as C } from "k6/metrics";\nimport { wait } from "./lib.ts";\nconst many = new C("many");
${withThresholds('{ wait: ["p(99.9) <= 1e3", { threshold: "med>-1" }], many: ["count===3"] }')}
export default function () { wait.add(1); many.add(1); }`;
  expect(scriptOf(text, { "/s/lib.ts": lib }).options.thresholds).toEqual([
    {
      metric: "wait",
      base: "wait",
      tags: {},
      kind: "trend",
      expression: "p(99.9) <= 1e3",
      of: { percentile: 99.9 },
      sign: "<=",
      bound: 1_000,
    },
    { metric: "wait", base: "wait", tags: {}, kind: "trend", expression: "med>-1", of: "med", sign: ">", bound: -1 },
    {
      metric: "many",
      base: "many",
      tags: {},
      kind: "counter",
      expression: "count===3",
      of: "count",
      sign: "===",
      bound: 3,
    },
  ]);
});

/** Outcome and value of each expression over samples. */
function outcomesOf(
  kind: "counter" | "gauge" | "rate" | "trend",
  samples: readonly number[],
  written: readonly string[],
) {
  const made = { counter: "Counter", gauge: "Gauge", rate: "Rate", trend: "Trend" }[kind];
  const text = `import { ${made} } from "k6/metrics";\nnew ${made}("m");\n${withThresholds(JSON.stringify({ m: written }))}\n${run}`;
  const metrics = new Metrics(scriptOf(text).options.thresholds);
  for (const sample of samples) metrics.add("m", sample, {});
  return metrics.outcomes(9_000, 4_000).map(({ value, outcome }) => [value, outcome]);
}

test("what samples come to, by the kind of their metric", () => {
  const trend = [30, 10, 20, 40];
  expect(outcomesOf("trend", trend, ["avg<25", "avg<=25", "min==10", "max!=40", "med>=25", "p(90)<37.1"])).toEqual([
    [25, "fail"],
    [25, "pass"],
    [10, "pass"],
    [40, "fail"],
    [25, "pass"],
    [expect.closeTo(37, 9), "pass"],
  ]);
  expect(outcomesOf("counter", [1, 5], ["count>5", "rate<1.5"])).toEqual([
    [6, "pass"],
    [1.5, "fail"],
  ]);
  expect(outcomesOf("rate", [1, 0, 2, 0], ["rate===0.5"])).toEqual([[0.5, "pass"]]);
  expect(outcomesOf("gauge", [3, 7, 5], ["value==5"])).toEqual([[5, "pass"]]);
});

test.each(["counter", "gauge", "rate", "trend"] as const)("without samples nothing holds of a %s", (kind) => {
  const written = { counter: "count<1", gauge: "value<1", rate: "rate<1", trend: "p(95)<1" }[kind];
  expect(outcomesOf(kind, [], [written])).toEqual([[undefined, "inconclusive"]]);
});

test("a script's own metrics and those of its requests are told at the end of its load", async () => {
  const written = `{ of: ["avg==2"], never: ["count<1"], checks: ["rate>0.4"], http_reqs: ["count>=2"],
    http_req_failed: ["rate>0.5"], http_req_duration: ["min<20000", "max>=20000"], dropped_iterations: ["count>=0"], iterations: ["count>0"] }`;
  const body = `import { Counter, Trend } from "k6/metrics";\nconst of = new Trend("of");\nconst never = new Counter("never");
export default function () {
  if (__VU < 0) never.add(1);
  of.add(1); of.add(3);
  check(http.get(\`\${__ENV.TARGET}/\${__VU}\`), { good: ({ status }) => status === 200, is: true });
}`;
  let count = 0;
  const { events } = await requestsOf(
    body,
    (_request, response) => void response.writeHead((count += 1) === 1 ? 200 : 503).end(),
    { count: 4, options: withThresholds(written) },
  );
  const outcomes = events.flatMap((event: SenderEvent) => (event.kind === "threshold" ? [event] : []));
  expect(outcomes.map(({ expression, metric, outcome }) => [metric, expression, outcome])).toEqual([
    ["of", "avg==2", "pass"],
    ["never", "count<1", "inconclusive"],
    ["checks", "rate>0.4", "pass"],
    ["http_reqs", "count>=2", "pass"],
    ["http_req_failed", "rate>0.5", "pass"],
    ["http_req_duration", "min<20000", "pass"],
    ["http_req_duration", "max>=20000", "pass"],
    ["dropped_iterations", "count>=0", "pass"],
    ["iterations", "count>0", "pass"],
  ]);
  expect(outcomes[0]).toMatchObject({ stream: "scripted", value: 2 });
});

test("what is no sample is not added, and the script hears so", async () => {
  const body = `import { Gauge, Trend } from "k6/metrics";\nconst of = new Trend("of");\nconst took = new Gauge("took");
export default function () {
  const none = [undefined, null, NaN, 1 / 0, "much", "", {}, []].map((one) => of.add(one as unknown as number));
  const some = [7, true, "5" as unknown as number].map((one) => of.add(one));
  took.add(none.every((one) => one === false) && some.every((one) => one === true));
  http.get(__ENV.TARGET);
}`;
  const { requests, events } = await requestsOf(body, (_request, response) => void response.end(), {
    count: 1,
    options: withThresholds('{ of: ["avg<4.34", "min==1"], took: ["value==1"] }', 1),
  });
  expect(requests[0]).toMatchObject({ outcome: "answered" });
  const outcomes = events.flatMap((event) => (event.kind === "threshold" ? [event] : []));
  expect(outcomes.map(({ samples, value, outcome }) => [samples, value, outcome])).toEqual([
    [3, expect.closeTo(13 / 3, 6), "pass"],
    [3, 1, "pass"],
    [1, 1, "pass"],
  ]);
});
