// Any OpenAI-compatible endpoint can stand in for the bundled engine. Slots and queue stay ours, the answer is the
// upstream's, byte for byte.

import { performance } from "node:perf_hooks";
import type { ChatRequest } from "../common/chat-request.ts";
import type { InferenceMetrics } from "./metrics.ts";

/** How long the upstream may take to its first byte, and from one byte to the next, ms. */
const UPSTREAM_TIMEOUT_MS = 60_000;

export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Ends when the upstream's body does; breaks when it breaks. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Address of the chat endpoint below a base URL such as `http://127.0.0.1:8000/v1`. */
function chatUrl(base: string): string {
  const trimmed = base.replace(/\/+$/, "");
  return trimmed.endsWith("/chat/completions") ? trimmed : `${trimmed}/chat/completions`;
}

/** Sends the request on. Rejects when the upstream cannot be reached or the signal aborts. */
export async function askUpstream(
  base: string,
  chat: ChatRequest,
  run: { readonly metrics: InferenceMetrics; readonly arrived: number; readonly signal: AbortSignal },
): Promise<UpstreamAnswer> {
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
    bytes: timed(answer.body, run),
  };
}

async function* timed(
  bytes: AsyncIterable<Uint8Array>,
  run: { readonly metrics: InferenceMetrics; readonly arrived: number },
): AsyncGenerator<Uint8Array> {
  let last: number | undefined;
  for await (const piece of bytes) {
    const now = performance.now();
    // A piece of an OpenAI stream is one token, near enough for these two.
    if (last === undefined) run.metrics.firstToken(now - run.arrived);
    else run.metrics.betweenTokens(now - last);
    last = now;
    yield piece;
  }
  run.metrics.answered(performance.now() - run.arrived);
}
