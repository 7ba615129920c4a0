// A server with vLLM's metrics whose numbers a test decides: it serves requests, hangs, lies, loses series, dies.

import { readPage } from "../../targets/reference-ai-stack/healer/telemetry/metrics/page-text.ts";
import { readRows, serverNamed } from "../../targets/reference-ai-stack/healer/telemetry/metrics/catalogue-rows.ts";
import type { MetricsSeen } from "../../targets/reference-ai-stack/healer/telemetry/metrics/metric-look.ts";

const bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Times of one request, s. */
interface Times {
  readonly queue?: number;
  readonly prefill?: number;
  readonly decode?: number;
  /** What e2e says; absent: the sum of the others. */
  readonly e2e?: number;
}

/** One server with one engine. */
export class MadeServer {
  running = 0;
  waiting = 0;
  kv = 0.1;
  /** 1000: writes milliseconds under the names of seconds. */
  scale = 1;
  /** Lines of these series are not on the page. */
  readonly missing = new Set<string>();
  /** Values that the page shows instead, by the beginning of the line. */
  readonly shown = new Map<string, string>();
  readonly #times = new Map<string, number[]>();
  #done = 0;
  #tokens = 0;
  #read = 0;
  #last: { readonly page: string; readonly rows: MetricsSeen["rows"] } = { page: "", rows: [] };

  /** Requests that ended well, one after the other. */
  serve(count: number, { queue = 0, prefill = 0.04, decode = 0.2, e2e = queue + prefill + decode }: Times = {}): void {
    for (let n = 0; n < count; n += 1) {
      this.#note("request_queue_time", queue);
      this.#note("request_prefill_time", prefill);
      this.#note("request_decode_time", decode);
      this.#note("e2e_request_latency", e2e);
      this.#note("time_to_first_token", queue + prefill);
      this.#note("inter_token_latency", 0.005);
      this.#done += 1;
      this.#tokens += 40;
    }
  }

  /** Tokens of a prompt that were read, before its first token of an answer. */
  readPrompt(tokens: number): void {
    this.#read += tokens;
  }

  /** Another process: all counts are 0. */
  restart(): void {
    this.#times.clear();
    this.#done = 0;
    this.#tokens = 0;
    this.#read = 0;
    this.running = 0;
    this.waiting = 0;
  }

  page(): string {
    const labels = `engine="0",model_name="m"`;
    const plain = (name: string, value: number, more = ""): string => `${name}{${labels}${more}} ${value}`;
    const reasons = ["stop", "length", "abort", "error", "repetition"];
    const lines = [
      plain("vllm:num_requests_running", this.running),
      plain("vllm:num_requests_waiting", this.waiting),
      plain("vllm:kv_cache_usage_perc", this.kv),
      plain("vllm:num_preemptions_total", 0),
      plain("vllm:prompt_tokens_total", this.#tokens * 3 + this.#read),
      plain("vllm:generation_tokens_total", this.#tokens),
      ...reasons.map((reason) =>
        plain("vllm:request_success_total", reason === "stop" ? this.#done : 0, `,finished_reason="${reason}"`),
      ),
      ..."request_queue_time request_prefill_time request_decode_time e2e_request_latency time_to_first_token inter_token_latency"
        .split(" ")
        .flatMap((name) => this.#histogram(name, labels)),
    ];
    const kept = lines.filter((line) => ![...this.missing].some((name) => line.startsWith(name)));
    return `${kept.map((line) => this.#asShown(line)).join("\n")}\n`;
  }

  /** The page as an adapter would hand it on. */
  seen(at: number, lagMs = 500): MetricsSeen {
    const page = this.page();
    // Reading costs more than anything else here, and a page often says what it said before.
    if (page !== this.#last.page)
      this.#last = { page, rows: readRows(readPage(page, "text"), serverNamed("vllm").rows) };
    return { ok: true, at, lagMs, rows: this.#last.rows };
  }

  #asShown(line: string): string {
    const [, value] = [...this.shown].find(([start]) => line.startsWith(start)) ?? [];
    return value === undefined ? line : line.replace(/\S+$/, value);
  }

  #note(name: string, seconds: number): void {
    this.#times.set(name, [...(this.#times.get(name) ?? []), seconds * this.scale]);
  }

  #histogram(name: string, labels: string): string[] {
    const times = this.#times.get(name) ?? [];
    const upTo = (bound: number): number => times.filter((time) => time <= bound * this.scale).length;
    const series = `vllm:${name}_seconds`;
    return [
      ...bounds.map((bound) => `${series}_bucket{${labels},le="${bound * this.scale}"} ${upTo(bound)}`),
      `${series}_bucket{${labels},le="+Inf"} ${times.length}`,
      `${series}_sum{${labels}} ${times.reduce((sum, time) => sum + time, 0)}`,
      `${series}_count{${labels}} ${times.length}`,
    ];
  }
}
