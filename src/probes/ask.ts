// HTTP as probes need it: connections are kept, because looks are frequent and shall cost little; but a look never
// fails for an old connection's sake.

import { Agent, request } from "undici";
import { messageOf } from "../core/errors.ts";
import { exactJsonText, parseLongIntegers } from "../core/exact-json.ts";
import type { Written } from "../core/exact-json.ts";

/** Longest answer in bytes that a probe reads. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

const kept = new Agent({ keepAliveTimeout: 2_000, maxResponseSize: LONGEST_ANSWER });
/** `pipelining: 0` closes each connection after its answer. */
const fresh = new Agent({ pipelining: 0, maxResponseSize: LONGEST_ANSWER });

/**
 * A connection kept from an earlier look may have died since; that says nothing of now, so the look asks on a fresh
 * one.
 */
async function onSoundConnection<T>(ask: (dispatcher: Agent) => Promise<T>): Promise<T> {
  try {
    return await ask(kept);
  } catch (error) {
    const { code } = (error ?? {}) as { code?: unknown };
    if (code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE") return ask(fresh);
    throw error;
  }
}

/** Status of a GET; rejects when there is no answer. */
export async function askStatus(url: string, signal: AbortSignal): Promise<number> {
  return onSoundConnection(async (dispatcher) => {
    const { statusCode, body } = await request(url, { dispatcher, signal });
    await body.dump({ limit: LONGEST_ANSWER, signal });
    return statusCode;
  });
}

/**
 * JSON of a GET, or of a POST when there is a body; rejects in words when there is no 200 with JSON. Whole numbers
 * that a double may not hold stay as they were written.
 */
export async function askJson(url: string, signal: AbortSignal, body?: Written): Promise<Written> {
  const sending =
    body === undefined
      ? { method: "GET" as const }
      : { method: "POST" as const, headers: { "content-type": "application/json" }, body: exactJsonText(body) };
  return onSoundConnection(async (dispatcher) => {
    const answer = await request(url, { ...sending, dispatcher, signal });
    if (answer.statusCode !== 200) {
      await answer.body.dump({ limit: LONGEST_ANSWER, signal });
      throw new Error(`answered ${answer.statusCode}`);
    }
    return parseLongIntegers(await answer.body.text());
  });
}

/** Why there was no answer, in few words. */
export function whyUnanswered(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (code === "ECONNREFUSED") return "connection refused";
  if (name === "TimeoutError") return "no answer in time";
  if (error instanceof SyntaxError) return "answered 200 without JSON";
  if (name === "ZodError") return unexpected(error as Issues);
  return messageOf(error);
}

/** What a schema found, as zod tells it. */
interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

function unexpected({ issues: [issue] }: Issues): string {
  const where = issue === undefined || issue.path.length === 0 ? "its top" : issue.path.map(String).join(".");
  return `the answer is not as expected at ${where}: ${issue?.message ?? "malformed"}`;
}
