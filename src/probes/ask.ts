// HTTP as probes need it: connections are kept, because looks are frequent and shall cost little; but a look never
// fails for an old connection's sake.

import { messageOf } from "../core/errors.ts";
import { exactJsonText, parseLongIntegers } from "../core/exact-json.ts";
import type { Written } from "../core/exact-json.ts";
import type { Ms } from "../core/units.ts";
import { ask, type AskHow } from "../lib/ask.ts";

/** No look lasts longer, whatever its own signal says. */
const longestLookMs: Ms = 60_000;

/** Status and text; rejects in words when there is no answer. */
async function answerOf(url: string, how: Omit<AskHow, "timeoutMs">): Promise<{ status: number; text: string }> {
  const asked = await ask(url, { ...how, timeoutMs: longestLookMs, reuse: true });
  if (asked.ok) return asked;
  throw new Error(asked.says);
}

/** How a look asks. */
export interface Asking {
  readonly signal: AbortSignal;
  /** Sent with it; they may hold a key, and are in no reason. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Hosts other than this machine that may be asked; absent: none. */
  readonly allows?: ((host: string) => boolean) | undefined;
}

/** Status of a GET; rejects when there is no answer. */
export async function askStatus(url: string, asking: Asking): Promise<number> {
  return (await answerOf(url, { ...asking, statusOnly: true })).status;
}

/**
 * JSON of a GET, or of a POST when there is a body; rejects in words when there is no 200 with JSON. Whole numbers
 * that a double may not hold stay as they were written.
 */
export async function askJson(url: string, { signal, headers = {}, allows }: Asking, body?: Written): Promise<Written> {
  const all = { "content-type": "application/json", ...headers };
  const sending =
    body === undefined ? { headers } : { method: "POST" as const, headers: all, body: exactJsonText(body) };
  const { status, text } = await answerOf(url, { ...sending, signal, allows });
  if (status !== 200) throw new Error(`answered ${status}`);
  return parseLongIntegers(text);
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
