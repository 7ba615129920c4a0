// HTTP for our own control and probe calls: one exchange, bounded in time and size, to this machine unless the caller
// names other hosts, redirects not followed, and every way to fail a value. The load generator and the fault proxy have
// clients of their own, since there each millisecond counts.

import { Agent, request } from "undici";

/** Longest answer that is read where the caller does not say, bytes. */
const longestAnswer = 64 * 1024 * 1024;

export interface AskHow {
  /** The whole exchange takes no longer than this, ms. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Longest answer that is read, bytes. */
  readonly longest?: number;
  /** Only the status is wanted: the answer is read to its end, or to `longest`, and not kept. */
  readonly statusOnly?: boolean;
  /**
   * Takes a connection that an earlier exchange left open, which is cheaper, and asks again on a fresh one when that
   * had died since: for questions that may be asked twice.
   */
  readonly reuse?: boolean;
  /** Hosts other than this machine that may be asked, as URLs write them; absent: none. */
  readonly allows?: ((host: string) => boolean) | undefined;
}

/**
 * Why there was no answer. elsewhere: it was not asked, since its host is not allowed · refused: nobody listens there ·
 * late: not within the time · ended: the caller's signal · too-long: more bytes than may be read · broken: anything
 * else.
 */
type Unanswered = "elsewhere" | "refused" | "late" | "ended" | "too-long" | "broken";

export type Asked =
  | {
      readonly ok: true;
      readonly status: number;
      readonly text: string;
      /** As the headers of the answer have them; absent: it has none. */
      readonly contentType?: string;
      readonly location?: string;
      readonly retryAfter?: string;
    }
  | {
      readonly ok: false;
      readonly why: Unanswered;
      /** In few words, without the URL, which may hold a secret. */
      readonly says: string;
    };

/** Each connection is closed after its answer. */
const fresh = new Agent({ pipelining: 0 });
const kept = new Agent({ keepAliveTimeout: 2_000 });

const words: Readonly<Record<Exclude<Unanswered, "broken" | "too-long">, string>> = {
  elsewhere: "not on this machine",
  refused: "connection refused",
  late: "no answer in time",
  ended: "given up",
};

/** Asks once; never rejects. Any status is an answer. */
export async function ask(url: string, how: AskHow): Promise<Asked> {
  if (!isAllowed(url, how.allows)) return failed("elsewhere");
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), how.timeoutMs);
  const signal = how.signal === undefined ? limit.signal : AbortSignal.any([how.signal, limit.signal]);
  try {
    signal.throwIfAborted();
    return await onSoundConnection(how, (dispatcher) => exchange(url, how, { dispatcher, signal }));
  } catch (thrown) {
    return failed(limit.signal.aborted ? "late" : reasonOf(thrown, how.signal), thrown);
  } finally {
    clearTimeout(timer);
  }
}

/** `http://` to this machine, however its address is spelt; to a host that is allowed `https://` too. */
function isAllowed(url: string, allows: AskHow["allows"]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username } = new URL(url);
  // Without encryption only; with it to a host that the caller names.
  if (protocol !== "http:" && !(protocol === "https:" && allows?.(hostname) === true)) return false;
  if (username !== "") return false;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host) || allows?.(host) === true;
}

interface Exchange {
  readonly dispatcher: Agent;
  readonly signal: AbortSignal;
}

async function exchange(url: string, how: AskHow, { dispatcher, signal }: Exchange): Promise<Asked> {
  const { method = "GET", headers = {}, body, longest = longestAnswer } = how;
  const sending = body === undefined ? {} : { body };
  const answer = await request(url, { method, headers, ...sending, dispatcher, signal });
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    // Leaving the loop closes the connection.
    if (size > longest && how.statusOnly === true) break;
    if (size > longest) return { ok: false, why: "too-long", says: `longer than ${longest} bytes` };
    if (how.statusOnly !== true) pieces.push(piece);
  }
  const text = new TextDecoder().decode(Buffer.concat(pieces));
  return { ok: true, status: answer.statusCode, text, ...headersOf(answer.headers) };
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): {
  readonly contentType?: string;
  readonly location?: string;
  readonly retryAfter?: string;
} {
  const { "content-type": contentType, location, "retry-after": retryAfter } = headers;
  return {
    ...(typeof retryAfter === "string" && { retryAfter }),
    ...(typeof contentType === "string" && { contentType }),
    ...(typeof location === "string" && { location }),
  };
}

/** A kept connection may have died since; that says nothing of now. */
async function onSoundConnection(how: AskHow, once: (dispatcher: Agent) => Promise<Asked>): Promise<Asked> {
  if (how.reuse !== true) return once(fresh);
  try {
    return await once(kept);
  } catch (thrown) {
    if (["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(codeOf(thrown))) return once(fresh);
    throw thrown;
  }
}

function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "";
}

/** A signal may be a time limit of the caller's own. */
function reasonOf(thrown: unknown, signal: AbortSignal | undefined): Unanswered {
  if (codeOf(thrown) === "ECONNREFUSED") return "refused";
  if (signal?.aborted !== true) return "broken";
  const { reason } = signal as { readonly reason: unknown };
  return reason instanceof Error && reason.name === "TimeoutError" ? "late" : "ended";
}

function failed(why: Unanswered, thrown?: unknown): Asked {
  if (why !== "broken" && why !== "too-long") return { ok: false, why, says: words[why] };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { ok: false, why, says: message === "" ? codeOf(thrown) || "connection lost" : message };
}
