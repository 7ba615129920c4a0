// The metrics of vLLM 0.33.0 under their own names, labels and meanings, so that dashboards and loops written for vLLM
// read this replica unchanged. As there, `request_success_total` has a child for every way in which a request ends,
// well or badly, and all children are there from the start. Who went away counts as `abort`, as in its Rust frontend;
// the Python one counts them nowhere.

import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { metricCatalogue, type MetricRow } from "../common/metric-catalogue.ts";

/** Bucket bounds in seconds. */
const LATENCY_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10, 30];
const TOKEN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** How a request ended; vLLM's FinishReason. */
const FINISH_REASONS = ["stop", "length", "abort", "error", "repetition"] as const;
export type FinishedReason = (typeof FINISH_REASONS)[number];

/** What one request reports; all times in ms. */
export interface InferenceMetrics {
  firstToken(ms: number): void;
  /** So many tokens of a prompt were read. A long one is counted as it is read: real servers do so at its end. */
  readTokens(tokens: number): void;
  /** So many tokens of a prompt were looked for in the prefix cache, and so many found. */
  lookedUp(tokens: number, cached: number): void;
  /** Mean gap between the tokens of one chunk and the chunk before. */
  betweenTokens(ms: number): void;
  /** So many tokens of the answer were made. */
  generated(tokens: number): void;
  /** It is over; its duration is observed whatever the reason, except where the client went away. */
  ended(ms: number, reason: FinishedReason): void;
  /** How long each part of it took, once it has ended otherwise than by the client's going away. */
  parts(parts: RequestParts): void;
  /** It was sent away because too many wait. */
  rejected(): void;
}

/** What runs, what waits, and the KV memory in use, as they are now. */
export interface Occupancy {
  readonly running: () => number;
  readonly waiting: () => number;
  /** 0 to 1. */
  readonly kvUse: () => number;
  /** Requests so far that lost their KV memory to another, and began anew. */
  readonly preemptions: () => number;
}

/** The parts of one request's time, ms: until it had a slot, to its first token, to its last. */
export interface RequestParts {
  readonly queueMs: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
}

/** The parts of a request that had its first token at `first` and was over at `end`, ms. */
export function partsOf(
  { arrived, queuedMs }: { readonly arrived: number; readonly queuedMs: number },
  first: number,
  end: number,
): RequestParts {
  return { queueMs: queuedMs, prefillMs: first - arrived - queuedMs, decodeMs: end - first };
}

/** The series in which today's vLLM publishes a signal. */
function nameOf(signal: string): string {
  const vllm = metricCatalogue.find(({ server }) => server === "vllm");
  const row: MetricRow | undefined = vllm?.signals.find((one) => one.signal === signal && one.upTo === undefined);
  if (row === undefined) throw new Error(`the catalogue has no row ${signal} of vllm`);
  return row.series;
}

/** Registers the metrics. */
export function createInferenceMetrics(registry: Registry, model: string, now: Occupancy): InferenceMetrics {
  // One engine to a replica; vLLM has one series for each of its data-parallel engines.
  const labels = { model_name: model, engine: "0" };
  const make = makers(registry, labels);
  make.gauge(nameOf("running"), "Requests that hold a slot and KV memory.", now.running);
  make.gauge(nameOf("waiting"), "Requests that wait for a slot or for KV memory.", now.waiting);
  make.gauge("vllm:num_requests_waiting_by_reason", "Requests that wait, by reason.", now.waiting, {
    reason: "capacity",
  });
  make.gauge(nameOf("kv-use"), "Share (0 to 1) of the KV blocks that running requests hold.", now.kvUse);
  make.counted(nameOf("preemptions"), "Requests that lost their KV memory to another.", now.preemptions);
  // Names of vLLM that the catalogue has no signal for.
  const asked = make.counter("vllm:prefix_cache_queries_total", "Prompt tokens looked for in the prefix cache.");
  const hits = make.counter("vllm:prefix_cache_hits_total", "Prompt tokens found in the prefix cache.");
  const durations = make.histogram(nameOf("e2e"), "From arrival to the last token.", LATENCY_BUCKETS);
  const inQueue = make.histogram(nameOf("queue"), "From arrival to a slot.", LATENCY_BUCKETS);
  const inPrefill = make.histogram(nameOf("prefill"), "From a slot to the first token.", LATENCY_BUCKETS);
  const inDecode = make.histogram(nameOf("decode"), "From the first token to the last.", LATENCY_BUCKETS);
  const ends = endsIn(registry, labels);
  const rejections = new Counter({
    name: "vllm:admission_rejections_total",
    help: "Requests that were sent away.",
    labelNames: ["model_name", "reason"],
    registers: [registry],
  });
  return {
    firstToken: make.histogram(nameOf("ttft"), "From arrival to the first token.", LATENCY_BUCKETS),
    readTokens: make.counter(nameOf("prompt-tokens"), "Tokens read, those found in the prefix cache included."),
    lookedUp(tokens, cached) {
      asked(tokens);
      hits(cached);
    },
    betweenTokens: make.histogram(nameOf("inter-token"), "Gap between two tokens of an answer.", TOKEN_BUCKETS),
    generated: make.counter(nameOf("generation-tokens"), "Tokens made."),
    ended(ms, reason) {
      ends(reason);
      if (reason !== "abort") durations(ms);
    },
    parts({ queueMs, prefillMs, decodeMs }) {
      inQueue(queueMs);
      inPrefill(prefillMs);
      inDecode(decodeMs);
    },
    rejected: () => rejections.inc({ model_name: model, reason: "max_num_queued_reqs" }),
  };
}

type Labels = Readonly<Record<string, string>>;

/** Metrics that are on the page before anything happened. */
function makers(registry: Registry, labels: Labels) {
  const registers = [registry];
  const labelNames = Object.keys(labels);
  return {
    gauge(name: string, help: string, read: () => number, more: Labels = {}): void {
      const own = { ...labels, ...more };
      const made: Gauge = new Gauge({
        name,
        help,
        labelNames: Object.keys(own),
        registers,
        collect: () => made.set(own, read()),
      });
    },
    histogram(name: string, help: string, buckets: number[]): (ms: number) => void {
      const made = new Histogram({ name, help, labelNames, buckets, registers });
      made.zero(labels);
      return (ms) => made.observe(labels, ms / 1000);
    },
    /** A counter that is kept elsewhere. */
    counted(name: string, help: string, read: () => number): void {
      const made: Counter = new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          made.reset();
          made.inc(labels, read());
        },
      });
    },
    counter(name: string, help: string): (by: number) => void {
      const made = new Counter({ name, help, labelNames, registers });
      made.inc(labels, 0);
      return (by) => made.inc(labels, by);
    },
  };
}

function endsIn(registry: Registry, labels: Labels): (reason: FinishedReason) => void {
  const ends = new Counter({
    name: nameOf("success"),
    help: "Requests that ended, by reason.",
    labelNames: [...Object.keys(labels), "finished_reason"],
    registers: [registry],
  });
  for (const reason of FINISH_REASONS) ends.inc({ ...labels, finished_reason: reason }, 0);
  return (reason) => ends.inc({ ...labels, finished_reason: reason });
}
