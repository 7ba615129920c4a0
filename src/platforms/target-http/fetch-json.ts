// One way to ask a target over HTTP: a time limit always, no redirects, and every failure told as one kind of error.

import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";

/**
 * A single answer of a healthy target on loopback takes milliseconds; what takes longer than this counts as no answer.
 */
const defaultTimeoutMs: Ms = 5_000;

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: Ms;
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
  readonly bearer?: string;
}

/** Asks and parses JSON. Throws HarnessError "environment" on no answer, a status other than 2xx, or no JSON. */
export async function fetchJson(url: string, options: AskOptions): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.bearer !== undefined) headers["authorization"] = `Bearer ${options.bearer}`;
  const method = options.method ?? "GET";
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "error",
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)]),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  } catch (cause) {
    throw new HarnessError("environment", `${method} ${url}: ${reasonOf(cause)}`, { cause });
  }
}

/** fetch hides the reason (`ECONNREFUSED`) one level down. */
function reasonOf(thrown: unknown): string {
  const inner = thrown instanceof Error ? thrown.cause : undefined;
  return inner instanceof Error && inner.message !== "" ? inner.message : messageOf(thrown);
}
