// An inference server that speaks vLLM's names, and plays by a switch each way in which real servers' numbers mislead.

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { serveForTest } from "./serve-for-test.ts";

/** The switches; each is one thing that a real server, exporter or wrapper does. */
export type Trap =
  | "success counts errors"
  | "disconnects vanish"
  | "buckets all above the value"
  | "sum from middles"
  | "six digits"
  | "gauges reset by reading"
  | "gauges are old"
  | "ghost gauge"
  | "percent"
  | "401"
  | "404"
  | "501"
  | "old names"
  | "JSON"
  | "no Content-Type"
  | "unquoted label"
  | "milliseconds"
  | "counts twice"
  | "counts no tokens"
  | "the scrape is in it"
  | "never running"
  | "counters are late"
  | "redirect"
  | "OpenMetrics"
  | "no _total"
  | "series twice";

/** Of one answer: times in ms. */
const answer = { firstTokenMs: 60, tokens: 20, tokenMs: 20, promptTokens: 9 };
/** How old gauges and counters get that are old, ms: beyond the second that a proof allows. */
const oldMs = 2200;

const usualBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const otelBounds = [0, 5, 10, 25, 50, 75, 100, 250];

/** Starts one for this test; its URL. */
export async function startStandIn(...traps: readonly Trap[]): Promise<string> {
  const state = openState(new Set(traps));
  const { url } = await serveForTest((request, response) => {
    if (request.method === "POST") void state.chat(request, response);
    else state.get(request, response);
  });
  return url;
}

interface Counts {
  stop: number;
  error: number;
  abort: number;
  prompt: number;
  generation: number;
  ttft: number[];
  e2e: number[];
  running: number;
}

interface State {
  readonly traps: ReadonlySet<Trap>;
  readonly now: Counts;
  /** What late counters and old gauges show. */
  shown: Counts;
  /** Most that ran since the last look. */
  most: number;
}

function openState(traps: ReadonlySet<Trap>) {
  const base = traps.has("six digits") ? 1_200_000_000 : 0;
  const ends = { stop: base, error: 0, abort: 0, prompt: base, generation: base };
  const now: Counts = { ...ends, ttft: [], e2e: [], running: 0 };
  const state: State = { traps, now, shown: copyOf(now), most: 0 };
  return {
    chat: async (request: IncomingMessage, response: ServerResponse) => chat(state, request, response),
    get: (request: IncomingMessage, response: ServerResponse) => get(state, request, response),
  };
}

function copyOf(counts: Counts): Counts {
  return { ...counts, ttft: [...counts.ttft], e2e: [...counts.e2e] };
}

/** What is so now is shown when it is long over. */
async function showLate(state: State): Promise<void> {
  const seen = copyOf(state.now);
  await sleep(oldMs);
  state.shown = seen;
}

async function chat(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { traps, now } = state;
  const started = performance.now();
  const body = await bodyOf(request);
  if (!Array.isArray(body["messages"])) {
    if (traps.has("success counts errors")) now.stop += 1;
    response.writeHead(400).end();
    return;
  }
  now.running += 1;
  state.most = Math.max(state.most, now.running);
  if (traps.has("gauges are old")) void showLate(state);
  response.writeHead(200, { "content-type": "text/event-stream" });
  await sleep(answer.firstTokenMs);
  now.ttft.push((performance.now() - started) / 1000);
  now.prompt += answer.promptTokens;
  const made = await sendTokens(state, response);
  now.running -= 1;
  if (response.destroyed) {
    if (!traps.has("disconnects vanish")) now.abort += 1;
    return;
  }
  now.e2e.push((performance.now() - started) / 1000);
  now.stop += traps.has("counts twice") ? 2 : 1;
  if (traps.has("counters are late")) void showLate(state);
  const usage = { prompt_tokens: answer.promptTokens, completion_tokens: made };
  send(response, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  send(response, { choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function send(response: ServerResponse, value: object): void {
  response.write(`data: ${JSON.stringify(value)}\n\n`);
}

async function sendTokens({ traps, now }: State, response: ServerResponse): Promise<number> {
  let made = 0;
  for (; made < answer.tokens && !response.destroyed; made += 1) {
    send(response, { choices: [{ index: 0, delta: { content: `${made} ` }, finish_reason: null }] });
    if (!traps.has("counts no tokens")) now.generation += 1;
    await sleep(answer.tokenMs);
  }
  return made;
}

function get(state: State, request: IncomingMessage, response: ServerResponse): void {
  const { traps, now } = state;
  const refusal = [401, 404, 501].find((status) => traps.has(String(status) as Trap));
  if (request.url === "/v1/models") {
    response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"stand-in"}]}');
  } else if (refusal !== undefined) {
    response.writeHead(refusal).end();
  } else if (traps.has("redirect") && request.url === "/metrics") {
    response.writeHead(307, { location: "/metrics/" }).end();
  } else {
    const type = traps.has("JSON") ? "application/json" : typeOf(traps);
    if (type !== undefined) response.setHeader("content-type", type);
    const counts = { ...(traps.has("counters are late") ? state.shown : now), running: runningOf(state) };
    if (traps.has("the scrape is in it")) now.error += 1;
    response.end(pageOf(counts, traps));
  }
}

function runningOf(state: State): number {
  const { traps, now, shown, most } = state;
  if (traps.has("never running")) return 0;
  if (traps.has("gauges are old")) return shown.running;
  if (!traps.has("gauges reset by reading")) return now.running;
  state.most = 0;
  return most;
}

function typeOf(traps: ReadonlySet<Trap>): string | undefined {
  if (traps.has("no Content-Type")) return undefined;
  return traps.has("OpenMetrics")
    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
    : "text/plain; version=0.0.4";
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text) as Record<string, unknown>;
}

function pageOf(counts: Counts, traps: ReadonlySet<Trap>): string {
  const labels = 'engine="0",model_name="stand-in"';
  const figure = (value: number): string => (traps.has("six digits") ? sixDigits(value) : String(value));
  const end = traps.has("no _total") ? "" : "_total";
  const kv = counts.running > 0 ? 0.37 : 0;
  const kvName = traps.has("old names") ? "vllm:gpu_cache_usage_perc" : "vllm:kv_cache_usage_perc";
  const reasons = { stop: counts.stop, length: 0, abort: counts.abort, error: counts.error, repetition: 0 };
  const lines = [
    "# TYPE vllm:num_requests_running gauge",
    `vllm:num_requests_running{${labels}} ${counts.running}`,
    ...(traps.has("ghost gauge") ? ['vllm:num_requests_running{engine="1",model_name="stand-in"} 7'] : []),
    `vllm:num_requests_waiting{${labels}} 0`,
    `${kvName}{${labels}} ${traps.has("percent") ? kv * 100 : kv}`,
    ...histogram("vllm:time_to_first_token_seconds", counts.ttft, traps),
    ...histogram("vllm:e2e_request_latency_seconds", counts.e2e, traps),
    ...Object.entries(reasons).map(
      ([reason, count]) => `vllm:request_success${end}{${labels},finished_reason="${reason}"} ${figure(count)}`,
    ),
    `vllm:num_preemptions${end}{${labels}} 0`,
    `vllm:prompt_tokens${end}{${labels}} ${figure(counts.prompt)}`,
    `vllm:generation_tokens${end}{${labels}} ${figure(counts.generation)}`,
    ...(traps.has("series twice") ? [`vllm:generation_tokens${end}{${labels}} 1`] : []),
    ...(traps.has("unquoted label") ? ["decode_time_by_batch_size_mean{batch_size=1} 0.5"] : []),
    ...(traps.has("OpenMetrics") ? ["# EOF"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function histogram(name: string, seconds: readonly number[], traps: ReadonlySet<Trap>): string[] {
  const bounds = traps.has("buckets all above the value") ? otelBounds : usualBounds;
  const values = traps.has("milliseconds") ? seconds.map((value) => value * 1000) : seconds;
  const middleOf = (value: number): number => {
    const index = bounds.findIndex((bound) => value <= bound);
    return ((bounds[index - 1] ?? 0) + (bounds[index] ?? 0)) / 2;
  };
  const observed = traps.has("sum from middles") ? values.map(middleOf) : values;
  const sum = observed.reduce((total, value) => total + value, 0);
  const labels = 'engine="0",model_name="stand-in"';
  return [
    `# TYPE ${name} histogram`,
    ...[...bounds, Infinity].map((bound) => {
      const le = bound === Infinity ? "+Inf" : bound.toFixed(3).replace(/0+$/, "").replace(/\.$/, ".0");
      return `${name}_bucket{${labels},le="${le}"} ${values.filter((value) => value <= bound).length}`;
    }),
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${values.length}`,
  ];
}

/** As printf's %g. */
function sixDigits(value: number): string {
  return value < 1e6
    ? String(Number(value.toPrecision(6)))
    : value
        .toExponential(5)
        .replace(/\.?0+e/, "e")
        .replace("e+", "e+0");
}
