// Any OpenAI-compatible endpoint can stand in for the bundled engine. Slots and queue stay ours, the answer is the
// upstream's, byte for byte.

import { performance } from "node:perf_hooks";
import type { ChatRequest } from "../common/chat-request.ts";
import { partsOf } from "./metrics.ts";
import type { FinishedReason, InferenceMetrics } from "./metrics.ts";

/** How long the upstream may take to its first byte, and from one byte to the next, ms. */
const UPSTREAM_TIMEOUT_MS = 60_000;

export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Ends when the upstream's body does; breaks when it breaks. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface UpstreamRun {
  readonly metrics: InferenceMetrics;
  readonly arrived: number;
  /** How long it waited for its slot, ms. */
  readonly queuedMs: number;
  readonly signal: AbortSignal;
  /** As this replica counts them. */
  readonly promptTokens: number;
}

/** Address of the chat endpoint below a base URL such as `http://127.0.0.1:8000/v1`. */
function chatUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, "");
  return trimmed.endsWith("/chat/completions") ? trimmed : `${trimmed}/chat/completions`;
}

/** Sends the request on. Rejects when the upstream cannot be reached or the signal aborts. */
export async function askUpstream(base: string, chat: ChatRequest, run: UpstreamRun): Promise<UpstreamAnswer> {
  // Loaded when it is needed: the bundled engine calls nobody, and a replica of it should start fast.
  const { request } = await import("undici");
  const answer = await request(chatUrl(base), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(chat),
    signal: run.signal,
    headersTimeout: UPSTREAM_TIMEOUT_MS,
    bodyTimeout: UPSTREAM_TIMEOUT_MS,
  });
  const type = answer.headers["content-type"];
  return {
    status: answer.statusCode,
    contentType: typeof type === "string" ? type : "application/json",
    bytes: timed(answer.body, run, answer.statusCode < 400),
  };
}

async function* timed(bytes: AsyncIterable<Uint8Array>, run: UpstreamRun, isWell: boolean): AsyncGenerator<Uint8Array> {
  const { metrics, arrived } = run;
  const decoder = new TextDecoder();
  let first: number | undefined;
  let last: number | undefined;
  let pieces = 0;
  let tail = "";
  let reason: FinishedReason = "abort";
  try {
    for await (const piece of bytes) {
      const now = performance.now();
      first ??= now;
      if (isWell && last === undefined) metrics.firstToken(now - arrived);
      else if (last !== undefined) metrics.betweenTokens(now - last);
      last = now;
      pieces += 1;
      tail = (tail + decoder.decode(piece, { stream: true })).slice(-USAGE_WITHIN);
      yield piece;
    }
    reason = isWell ? "stop" : "error";
  } catch (error) {
    if (!run.signal.aborted) reason = "error";
    throw error;
  } finally {
    // The upstream counts its own tokens; where it does not say how many, a piece of its stream is one, near enough.
    if (isWell) {
      metrics.readTokens(countIn(tail, "prompt_tokens") ?? run.promptTokens);
      metrics.generated(countIn(tail, "completion_tokens") ?? pieces);
    }
    const now = performance.now();
    metrics.ended(now - arrived, reason);
    if (reason !== "abort") metrics.parts(partsOf(run, first ?? now, now));
  }
}

/** The usage stands in the last characters of an answer. */
const USAGE_WITHIN = 4096;

function countIn(tail: string, key: "prompt_tokens" | "completion_tokens"): number | undefined {
  const count = [...tail.matchAll(new RegExp(`"${key}"\\s*:\\s*(\\d+)`, "g"))].at(-1)?.[1];
  return count === undefined ? undefined : Number(count);
}
