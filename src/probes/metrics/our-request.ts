// Requests of our own with which a signal proves itself: a small chat or embedding whose size we know.

import { performance } from "node:perf_hooks";
import { Agent, request } from "undici";
import type { Ms } from "../../core/units.ts";
import { ask, type AskHow } from "../../lib/ask.ts";
import { makeEventStreamParser } from "../../lib/sse.ts";
import { whyUnanswered } from "../ask.ts";

/** Where and as whom we ask. */
export interface Asked {
  /** `http://host:port` of the server. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the first that /v1/models names; the server decides where it names none. */
  readonly model?: string;
  readonly signal: AbortSignal;
}

/** What we saw of a request of ours; instants of `performance.now()`. */
export interface Answered {
  readonly sentAt: Ms;
  /** Undefined for whole answers. */
  readonly firstTokenAt: Ms | undefined;
  readonly endedAt: Ms;
  /** As the answer says; undefined where it says nothing. */
  readonly promptTokens: number | undefined;
  /** Of the prompt's tokens, those that came from a cache: some servers do not count them. */
  readonly cachedTokens: number;
  readonly completionTokens: number | undefined;
}

export type Outcome = { readonly ok: true; readonly answer: Answered } | { readonly ok: false; readonly says: string };

const agent = new Agent({ pipelining: 0 });
/** An answer that takes longer is none, ms. */
const limitMs: Ms = 60_000;
/** Long enough to be seen while it runs, short enough to cost nothing. */
const mostTokens = 64;
const question = "Count from one to forty, one number a line.";

/** The name of a model to ask for; undefined where the server does not say. */
export async function modelOf({ address, headers, model, signal }: Asked): Promise<string | undefined> {
  if (model !== undefined) return model;
  const answer = await ask(`${address}/v1/models`, { headers, signal, timeoutMs: limitMs });
  const id = answer.ok && answer.status === 200 ? jsonIn(answer.text)?.data?.[0]?.id : undefined;
  return typeof id === "string" ? id : undefined;
}

/** One chat, streamed. */
export async function chat(asked: Asked, model: string | undefined): Promise<Outcome> {
  const sentAt = performance.now();
  let firstTokenAt: Ms | undefined;
  let usage: Usage | undefined;
  const answer = await post(asked, "/v1/chat/completions", chatBody(model), (data) => {
    const event = jsonIn(data);
    if (event?.choices?.some(isToken) === true) firstTokenAt ??= performance.now();
    usage = event?.usage ?? usage;
  });
  if (!answer.ok) return answer;
  return { ok: true, answer: { sentAt, firstTokenAt, endedAt: performance.now(), ...tokensOf(usage) } };
}

/** One embedding, whole. Some servers have the path without its version. */
export async function embed(asked: Asked, model: string | undefined): Promise<Outcome> {
  const sentAt = performance.now();
  const body = JSON.stringify({ ...(model && { model }), input: question });
  let says = "";
  for (const path of ["/v1/embeddings", "/embeddings"]) {
    const answer = await ask(`${asked.address}${path}`, posting(asked, body));
    if (answer.ok && answer.status === 200) {
      const tokens = tokensOf(jsonIn(answer.text)?.usage);
      return { ok: true, answer: { sentAt, firstTokenAt: undefined, endedAt: performance.now(), ...tokens } };
    }
    says = `our request to ${path} was ${answer.ok ? `answered ${answer.status}` : `not answered: ${answer.says}`}`;
    if (!answer.ok || answer.status !== 404) break;
  }
  return { ok: false, says };
}

/** A request that no server may take. */
export async function askNonsense(asked: Asked, path: string): Promise<void> {
  const body = JSON.stringify({ stream: "neither", messages: "none", input: {} });
  await ask(`${asked.address}${path}`, { ...posting(asked, body), statusOnly: true });
}

function posting({ headers, signal }: Asked, body: string): AskHow {
  const all = { "content-type": "application/json", ...headers };
  return { method: "POST", headers: all, body, signal, timeoutMs: limitMs };
}

/**
 * A chat that we leave at its first token. How long after that it had been going on is the caller's to judge; false
 * when it was over before we could leave.
 */
export async function leaveEarly(asked: Asked, model: string | undefined): Promise<boolean> {
  const leaving = new AbortController();
  let left = false;
  const signal = AbortSignal.any([asked.signal, leaving.signal]);
  await post({ ...asked, signal }, "/v1/chat/completions", chatBody(model), (data) => {
    if (jsonIn(data)?.choices?.some(isToken) !== true) return;
    left = true;
    leaving.abort();
  });
  return left;
}

function chatBody(model: string | undefined): object {
  const messages = [{ role: "user", content: question }];
  return {
    ...(model && { model }),
    messages,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: mostTokens,
  };
}

type Posted = { readonly ok: true } | { readonly ok: false; readonly says: string };

/** Streams the answer's events; the load generator's own readers judge answers, which nobody asks here. */
async function post(
  { address, headers, signal }: Asked,
  path: string,
  body: object,
  onEvent: (data: string) => void,
): Promise<Posted> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    const answer = await request(`${address}${path}`, {
      dispatcher: agent,
      method: "POST",
      signal: AbortSignal.any([signal, limit]),
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      return { ok: false, says: `our request to ${path} was answered ${answer.statusCode}` };
    }
    const parser = makeEventStreamParser((item) => {
      if (item.kind === "event") onEvent(item.data);
    });
    for await (const bytes of answer.body as AsyncIterable<Uint8Array>) parser.push(bytes);
    parser.end();
    return { ok: true };
  } catch (error) {
    const why = limit.aborted ? `no answer within ${limitMs / 1000} s` : whyUnanswered(error);
    return { ok: false, says: `our request to ${path} was not answered: ${why}` };
  }
}

interface Usage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly prompt_tokens_details?: { readonly cached_tokens?: unknown } | null;
}

interface Message {
  readonly choices?: readonly Choice[];
  readonly data?: readonly { readonly id?: unknown }[];
  readonly usage?: Usage;
}

interface Choice {
  readonly delta?: Readonly<Record<string, unknown>>;
}

/** A delta with any text in it: content, or what the model thinks. */
function isToken({ delta = {} }: Choice): boolean {
  return Object.entries(delta).some(([key, value]) => key !== "role" && typeof value === "string" && value !== "");
}

function jsonIn(text: string): Message | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function tokensOf(usage: Usage | undefined): Pick<Answered, "promptTokens" | "cachedTokens" | "completionTokens"> {
  const count = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  return {
    promptTokens: count(usage?.prompt_tokens),
    cachedTokens: count(usage?.prompt_tokens_details?.cached_tokens) ?? 0,
    completionTokens: count(usage?.completion_tokens),
  };
}
