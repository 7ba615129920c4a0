// One way to ask a target for JSON: every failure told as one kind of error.

import { setTimeout as pause } from "node:timers/promises";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { ask, type AskHow, type Asked } from "../../lib/ask.ts";

/**
 * A single answer of a healthy target on loopback takes milliseconds; what takes longer than this counts as no answer.
 */
const defaultTimeoutMs: Ms = 5_000;

interface AskOptions extends Pick<AskHow, "allows"> {
  readonly signal: AbortSignal;
  readonly timeoutMs?: Ms;
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly bearer?: string;
  /**
   * A target that has done nothing, since it is busy or away, may say when to ask again (409 or 503 with `Retry-After`
   * in seconds): it is asked again until this is over. Absent: it is not.
   */
  readonly againWithinMs?: Ms;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks and parses JSON. Throws HarnessError "environment" on no answer, a status other than 2xx, or no JSON. */
export async function fetchJson(url: string, options: AskOptions): Promise<unknown> {
  const { method = "GET", timeoutMs = defaultTimeoutMs, signal, allows, body, bearer, againWithinMs = 0 } = options;
  const headers = {
    ...options.headers,
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  };
  const sending = body === undefined ? {} : { body: JSON.stringify(body) };
  const until = performance.now() + againWithinMs;
  let asked: Asked;
  for (;;) {
    asked = await ask(url, { method, headers, ...sending, timeoutMs, signal, allows });
    const againMs = againIn(asked);
    if (againMs === undefined || performance.now() + againMs > until) break;
    await pause(againMs, undefined, { signal });
  }
  try {
    return jsonOf(asked);
  } catch (cause) {
    throw new HarnessError("environment", `${method} ${url}: ${messageOf(cause)}`, { cause });
  }
}

function jsonOf(asked: Asked): unknown {
  if (!asked.ok) throw new Error(asked.says);
  if (asked.status < 200 || asked.status > 299) throw new Error(`status ${asked.status}`);
  return JSON.parse(asked.text);
}

/**
 * When to ask again, ms; undefined: it does not say, or has done what it was asked, or something is wrong with that.
 */
function againIn(asked: Asked): Ms | undefined {
  if (!asked.ok || (asked.status !== 409 && asked.status !== 503)) return undefined;
  return /^\d{1,6}$/.test(asked.retryAfter ?? "") ? 1000 * Number(asked.retryAfter) : undefined;
}
