// Readings of presets over pages that follow each other: rises, resets, what vanishes, what is left behind, what
// stalls.

import { describe, expect, it } from "vitest";
import { readingOf } from "../../../../src/probes/metrics/measure.ts";
import { openMeter } from "../../../../src/probes/metrics/meter.ts";
import { presetNamed, watchedRows } from "../../../../src/probes/metrics/presets.ts";
import { parseMetricPage } from "../../../../src/probes/metrics/prometheus-text.ts";
import { UnreadableSeries } from "../../../../src/probes/metrics/snapshot.ts";
import type { Reading } from "../../../../src/records/timeline/reading.ts";

interface Figures {
  readonly running?: number;
  readonly waiting?: number;
  readonly kv?: number;
  readonly stop?: number;
  readonly error?: number;
  readonly ttft?: readonly number[];
  readonly tokens?: number;
  /** Any other lines. */
  readonly more?: readonly string[];
}

const bounds = [0.05, 0.1, 0.25, 0.5, 1];

function page({
  running = 0,
  waiting = 0,
  kv = 0,
  stop = 0,
  error = 0,
  ttft = [],
  tokens = 0,
  more = [],
}: Figures): string {
  const labels = 'model_name="m",engine="0"';
  const histogram = (name: string): string[] => [
    ...bounds.map((le) => `vllm:${name}_bucket{${labels},le="${le}"} ${ttft.filter((value) => value <= le).length}`),
    `vllm:${name}_bucket{${labels},le="+Inf"} ${ttft.length}`,
    `vllm:${name}_sum{${labels}} ${ttft.reduce((sum, value) => sum + value, 0)}`,
    `vllm:${name}_count{${labels}} ${ttft.length}`,
  ];
  return [
    `vllm:num_requests_running{${labels}} ${running}`,
    `vllm:num_requests_waiting{${labels}} ${waiting}`,
    `vllm:kv_cache_usage_perc{${labels}} ${kv}`,
    `vllm:request_success_total{${labels},finished_reason="stop"} ${stop}`,
    `vllm:request_success_total{${labels},finished_reason="length"} 0`,
    `vllm:request_success_total{${labels},finished_reason="error"} ${error}`,
    ...["time_to_first_token_seconds", "e2e_request_latency_seconds", "inter_token_latency_seconds"].flatMap(histogram),
    `vllm:prompt_tokens_total{${labels}} 0`,
    `vllm:num_preemptions_total{${labels}} 0`,
    `vllm:generation_tokens_total{${labels}} ${tokens}`,
    ...more,
    "",
  ].join("\n");
}

/** What the preset reads after pages at these seconds; a replica for each list of pages. */
function read(name: string, ...replicas: readonly (readonly (readonly [number, Figures | string])[])[]): Reading {
  return readWith(name, {}, ...replicas);
}

function readWith(
  name: string,
  asked: { readonly threshold?: number },
  ...replicas: readonly (readonly (readonly [number, Figures | string])[])[]
): Reading {
  const preset = presetNamed(name);
  if (preset === undefined) throw new Error(`no preset ${name}`);
  let now = 0;
  const metered = replicas.map((pages, index) => {
    const meter = openMeter(watchedRows(preset), 5000);
    for (const [seconds, figures] of pages) {
      now = Math.max(now, seconds * 1000);
      meter.take(parseMetricPage(typeof figures === "string" ? figures : page(figures), "text"), seconds * 1000);
    }
    return { replica: `r${index + 1}`, meter };
  });
  return readingOf(preset, metered, { now, overMs: 5000, ...asked });
}

const reason = (words: string): object => ({ ok: false, reason: expect.stringContaining(words) });

describe("a preset's reading", () => {
  it("adds gauges of counts over replicas, and takes the greatest of ratios", () => {
    expect(read("vllm/running", [[0, { running: 2 }]], [[0, { running: 3 }]])).toEqual({ ok: true, value: 5 });
    expect(read("vllm/kv-use", [[0, { kv: 0.2 }]], [[0, { kv: 0.7 }]])).toEqual({ ok: true, value: 0.7 });
  });

  it("is of the last seconds: counts per second, shares, quantiles over all replicas together", () => {
    const one = [
      [0, { stop: 5 }],
      [2, { stop: 7, error: 1, ttft: [0.06, 0.06] }],
    ] as const;
    const other = [
      [0, { stop: 900 }],
      [2, { stop: 901, ttft: [0.3, 0.3] }],
    ] as const;
    expect(read("vllm/success-per-second", one, other)).toEqual({ ok: true, value: 1.5 });
    expect(read("vllm/failure-share", one, other)).toEqual({ ok: true, value: 0.25 });
    expect(read("vllm/ttft-p50", one, other)).toMatchObject({ ok: true, value: 0.1 });
    expect(read("vllm/ttft-p95", one, other)).toMatchObject({ ok: true, value: 0.475 });
    expect(read("vllm/ttft-mean", one, other)).toMatchObject({ ok: true, value: expect.closeTo(0.18) });
    expect(readWith("vllm/ttft-p95", { threshold: 0.4 }, one, other)).toEqual(reason("0.4 lies in that bucket"));
  });

  it("lets the success of a server that counts every end be that of its good ends alone", () => {
    const failing = [
      [0, {}],
      [1, { error: 50 }],
    ] as const;
    expect(read("vllm/success-per-second", failing)).toEqual({ ok: true, value: 0 });
    expect(read("vllm/failure-share", failing)).toEqual({ ok: true, value: 1 });
  });

  it("takes a counter that fell for one that began anew", () => {
    const restarted = [
      [0, { stop: 100 }],
      [1, { stop: 104 }],
      [2, { stop: 3 }],
    ] as const;
    expect(read("vllm/success-per-second", restarted)).toEqual({ ok: true, value: 3.5 });
  });

  it("is none before there is anything to compare with, and when nothing was observed", () => {
    expect(read("vllm/ttft-p95", [[0, { ttft: [0.2] }]])).toEqual(reason("nothing yet to compare with"));
    expect(
      read("vllm/ttft-p95", [
        [0, {}],
        [1, {}],
      ]),
    ).toEqual(reason("nothing was observed in 5 s"));
    expect(
      read("vllm/failure-share", [
        [0, {}],
        [1, {}],
      ]),
    ).toEqual(reason("nothing was observed in 5 s"));
  });

  it("is unknown, and never 0, once a series has vanished", () => {
    const gone = page({ running: 2 }).replace(/^vllm:num_requests_running.*\n/m, "");
    expect(
      read("vllm/running", [
        [0, { running: 2 }],
        [1, gone],
      ]),
    ).toEqual(reason("vllm:num_requests_running vanished"));
    expect(read("vllm/running", [[0, gone]])).toEqual(reason("there is no series vllm:num_requests_running"));
    const second = ['vllm:num_requests_running{model_name="m",engine="1"} 4'];
    expect(
      read("vllm/running", [
        [0, { running: 1, more: second }],
        [1, { running: 1 }],
      ]),
    ).toEqual(reason("vanished"));
    expect(
      read("vllm/stall", [
        [0, { running: 2 }],
        [1, gone],
      ]),
    ).toEqual(reason("vanished"));
  });

  it("counts a gauge of a part only with a sign of life of that part", () => {
    const left = ['vllm:num_requests_running{model_name="m",engine="1"} 7'];
    const pages = [0, 2, 4].map((at) => [at, { running: 1, tokens: 10 * at, more: left }] as const);
    expect(read("vllm/running", pages)).toEqual(reason("engine=1 reads 7, but nothing moved for 4 s"));
    expect(read("vllm/running", pages.slice(0, 2))).toEqual({ ok: true, value: 8 });
    expect(
      read(
        "vllm/running",
        [0, 2, 4].map((at) => [at, { running: 0 }] as const),
      ),
    ).toEqual({ ok: true, value: 0 });
  });

  it("of a stall is how long nothing came while something runs or waits", () => {
    const hung = [0, 1, 2, 3].map((at) => [at, { running: 3, tokens: 5 }] as const);
    expect(read("vllm/stall", hung)).toEqual({ ok: true, value: 3 });
    const moving = [0, 1, 2, 3].map((at) => [at, { running: 3, tokens: 5 * at }] as const);
    expect(read("vllm/stall", moving)).toEqual({ ok: true, value: 0 });
    expect(
      read(
        "vllm/stall",
        [0, 1, 2].map((at) => [at, {}] as const),
      ),
    ).toEqual({ ok: true, value: 0 });
    expect(
      read(
        "vllm/stall",
        [
          [0, {}],
          [1, { waiting: 1 }],
          [3, { waiting: 1 }],
        ],
        [[0, {}]],
      ),
    ).toEqual({
      ok: true,
      value: 2,
    });
  });

  it("that cannot be in its unit makes the trial invalid instead of an incident", () => {
    expect(read("vllm/kv-use", [[0, { kv: 37 }]])).toEqual({
      ok: false,
      unfit: true,
      reason: "unit looks wrong: 37 as a ratio",
    });
    const long = (at: number) =>
      page({})
        .replaceAll(/(_sum\{[^}]*\}) 0/g, `$1 ${2000 * at}`)
        .replaceAll(/(_count\{[^}]*\}|le="\+Inf"\}) 0/g, `$1 ${at}`);
    expect(
      read("vllm/ttft-mean", [
        [0, long(0)],
        [1, long(1)],
      ]),
    ).toMatchObject({ unfit: true });
    const inMs = (at: number) =>
      page({})
        .replaceAll('le="1"', 'le="2500"')
        .replaceAll(/((?:le="\+Inf"|_count\{[^}]*)"?\}) 0/g, `$1 ${4 * at}`);
    const late = read("vllm/ttft-p95", [
      [0, inMs(0)],
      [1, inMs(1)],
    ]);
    expect(late).toEqual({ ok: false, unfit: true, reason: "unit looks wrong: half of all are above 2500 as seconds" });
    expect(read("vllm/kv-use", [[0, { kv: 1.2 }]])).toEqual({ ok: true, value: 1.2 });
  });

  it("is none when a series stands twice, or its buckets contradict each other", () => {
    const twice = page({ more: ['vllm:num_requests_running{engine="0",model_name="m"} 1'] });
    expect(() => read("vllm/running", [[0, twice]])).toThrow(UnreadableSeries);
    const falling = page({ ttft: [0.2] }).replace(/(first_token_seconds_bucket\{[^}]*le="0.5"\}) 1/, "$1 0");
    expect(() => read("vllm/ttft-p95", [[0, falling]])).toThrow("contradict each other");
  });

  it("of sglang takes the total of priorities and not its parts with it", () => {
    const text = ['priority=""} 5', 'priority="1"} 2', 'priority="0"} 3'].map(
      (end) => `sglang:num_running_reqs{${end}\n`,
    );
    expect(read("sglang/running", [[0, text.join("")]])).toEqual({ ok: true, value: 5 });
    expect(read("sglang/running", [[0, "sglang:num_running_reqs 5\n"]])).toEqual({ ok: true, value: 5 });
  });

  it("of litellm leaves our own look out, and of tgi takes tokens from a _sum", () => {
    expect(read("litellm/running", [[0, "litellm_in_flight_requests 3\n"]])).toEqual({ ok: true, value: 2 });
    const tokens = (sum: number) => `tgi_request_generated_tokens_sum ${sum}\ntgi_request_generated_tokens_count 1\n`;
    expect(
      read("tgi/generation-tokens-per-second", [
        [0, tokens(10)],
        [1, tokens(50)],
      ]),
    ).toEqual({ ok: true, value: 40 });
  });

  it("begins at nothing where a series appears with its first event", () => {
    expect(
      read("tgi/success-per-second", [
        [0, ""],
        [1, "tgi_request_success 3\n"],
      ]),
    ).toEqual({ ok: true, value: 3 });
  });
});
