// GETs a metrics page as Prometheus does: redirects are followed with the headers, the Content-Type must be one of
// Prometheus' own, and a page that cannot be read whole is not read at all.

import type { Ms } from "../../core/units.ts";
import { ask } from "../../lib/ask.ts";
import { formatOf, MalformedPage, parseMetricPage, type MetricPage } from "./prometheus-text.ts";

export type PageResult =
  | { readonly ok: true; readonly page: MetricPage }
  /** `why` is for machines, `says` for people. */
  | { readonly ok: false; readonly why: "status" | "unreachable" | "not-metrics"; readonly says: string };

interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Longer pages are not read, bytes. */
const longestPage = 16 * 1024 * 1024;
/** No page takes longer, whatever the signal says. */
const limitMs: Ms = 60_000;
const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Plain text first: it is what every server writes. Those that only know OpenMetrics answer that. */
const accept = "text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1";

/** One page. Never rejects; a look that was ended from outside is "unreachable". */
export async function readMetricPage(url: string, { headers, signal }: Asking): Promise<PageResult> {
  let at = new URL(url);
  for (let hops = 0; ; hops += 1) {
    // On a connection of its own: one that died since the last look says nothing of now.
    const how = { headers: { accept, ...headers }, signal, timeoutMs: limitMs, longest: longestPage };
    const answer = await ask(at.href, how);
    if (!answer.ok) return { ok: false, why: "unreachable", says: answer.says };
    const { status, text, contentType, location } = answer;
    if (status === 200) return pageOf(text, contentType);
    if (!redirects.has(status) || location === undefined || !URL.canParse(location, at.href)) return refused(status);
    const next = new URL(location, at);
    // The headers may hold a key, which is nobody else's business.
    if (next.origin !== at.origin) return { ok: false, why: "unreachable", says: "it sends us to another address" };
    if (hops >= mostRedirects) return { ok: false, why: "unreachable", says: "it sends us on and on" };
    at = next;
  }
}

const meanings: Readonly<Record<number, string>> = {
  401: "a key is needed: say it in `headers`",
  403: "the key is not good for metrics",
  404: "there is no such page: is it switched on, and is this the server that the preset means?",
  501: "metrics are switched off",
};

function refused(status: number): PageResult {
  const meaning = meanings[status];
  return { ok: false, why: "status", says: `answered ${status}${meaning === undefined ? "" : `: ${meaning}`}` };
}

function pageOf(text: string, contentType: string | undefined): PageResult {
  const format = formatOf(contentType);
  if (format === undefined) {
    const given = contentType === undefined || contentType === "" ? "no Content-Type" : bareType(contentType);
    return { ok: false, why: "not-metrics", says: `${given} is none of Prometheus' formats` };
  }
  try {
    return { ok: true, page: parseMetricPage(text, format) };
  } catch (error) {
    if (!(error instanceof MalformedPage)) throw error;
    return { ok: false, why: "not-metrics", says: `Prometheus would refuse the page: ${error.message}` };
  }
}

/** The type alone, and only if it looks like one. */
function bareType(type: string): string {
  const bare = type.split(";")[0]?.trim() ?? "";
  return /^[\w.+-]{1,40}\/[\w.+-]{1,60}$/.test(bare) ? `the Content-Type ${bare}` : "its Content-Type";
}
