// Adapter: each replica's own page of metrics, one look for all of its signals, at the address of its edge. It is asked
// for the series of the catalogue alone (`name[]`), for working out all others costs a server more than these do.
import { NUMBERS } from "../../numbers.ts";
import { namesOf, readRows } from "./catalogue-rows.ts";
import type { ServerOf } from "./catalogue-rows.ts";
import { getText, refusal } from "./get-text.ts";
import type { MetricLook } from "./metric-look.ts";
import { BadPage, formatOf, readPage } from "./page-text.ts";
import type { TelemetrySource } from "./telemetry-source.ts";

export interface ScrapeConfig {
  /** What runs behind a service; undefined: nothing that has metrics in the catalogue. */
  readonly serverOf: (service: string) => ServerOf | undefined;
  /** Where a replica's page is asked for, `host:port`. */
  readonly addressOf: (replica: string, port: number) => string;
  readonly token?: string | undefined;
  readonly now: () => number;
}

/** Plain text first: it is what every server writes. */
const ACCEPT = "text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1";

export function openScrape({ serverOf, addressOf, token, now }: ScrapeConfig): TelemetrySource {
  const { everyMs, timeoutMs } = NUMBERS.metrics;
  /** Replicas that answer with nothing when they are asked for names, as some servers of several processes do. */
  const nameless = new Set<string>();
  return {
    name: "scrape",
    everyMs,
    reads: (service) => serverOf(service) !== undefined,
    async look({ service, replica, port }) {
      const known = serverOf(service);
      if (known === undefined) return { ok: false, why: "no-series", says: `nothing is known of ${service}'s metrics` };
      const page = `http://${addressOf(replica, port)}${known.server.endpoint ?? ""}`;
      const ask = async (names: readonly string[]): Promise<MetricLook> => {
        const asked = now();
        const answer = await getText(pageUrl(page, names), { accept: ACCEPT, timeoutMs, token });
        if (!answer.ok) return { ok: false, why: "unreachable", says: answer.says };
        if (answer.status !== 200) return { ok: false, why: "refused", says: refusal(answer.status) };
        return lookAt(answer, known, asked);
      };
      if (nameless.has(replica)) return ask([]);
      const look = await ask(namesOf(known.rows));
      // A server may refuse a page with a query that it does not know.
      if (look.ok || look.why === "unreachable") return look;
      const whole = await ask([]);
      if (whole.ok) nameless.add(replica);
      return whole;
    },
    recall: async () => [],
  };
}

/** No names: all of it. */
function pageUrl(page: string, names: readonly string[]): URL {
  const url = new URL(page);
  for (const name of names) url.searchParams.append("name[]", name);
  return url;
}

interface Page {
  readonly type: string | undefined;
  readonly text: string;
}

function lookAt({ type, text }: Page, { server, rows }: ServerOf, at: number): MetricLook {
  const format = formatOf(type);
  if (format === undefined)
    return { ok: false, why: "unreadable", says: "its Content-Type is none of Prometheus' own" };
  try {
    const samples = readPage(text, format);
    if (namesOf(rows).every((name) => samples(name).length === 0)) {
      return { ok: false, why: "no-series", says: `the page has no series of ${server.server}: ${server.needs}` };
    }
    return { ok: true, at, lagMs: NUMBERS.metrics.everyMs, rows: readRows(samples, rows) };
  } catch (error) {
    if (!(error instanceof BadPage)) throw error;
    return { ok: false, why: "unreadable", says: `Prometheus would refuse the page: ${error.message}` };
  }
}
