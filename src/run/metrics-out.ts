// Where a run's metrics and traces go besides its folder.

import { HarnessError } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { ask } from "../lib/ask.ts";
import { otlpMetrics, otlpTrace } from "../report/otlp.ts";
import { textfile } from "../reporters/metrics.ts";
import type { Reporter } from "../reporters/reporter.ts";

/** Asked for on the command line. */
export interface MetricsOptions {
  /** File for the textfile collector of Prometheus' node exporter. */
  readonly textfile?: string;
  /** Base address of an OTLP/HTTP receiver. */
  readonly otlp?: string;
}

/** One request may take so long, ms. */
const timeoutMs: Ms = 10_000;
/** Longest answer of a receiver that is read, bytes. */
const longest = 64 * 1024;

/**
 * What is told beside the reports. A receiver that does not take it is named to `onTrouble`, and harms no run. Its
 * headers come from `OTEL_EXPORTER_OTLP_HEADERS` and are never shown. Throws HarnessError "bad-input" for an address
 * that is none.
 */
export function metricsOut(
  { textfile: file, otlp }: MetricsOptions,
  onTrouble: (says: string) => void,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): readonly Reporter[] {
  const base = otlp === undefined ? undefined : addressOf(otlp);
  return [
    ...(file === undefined ? [] : [textfile(file)]),
    ...(base === undefined ? [] : [sender(base, headersOf(env["OTEL_EXPORTER_OTLP_HEADERS"] ?? ""), onTrouble)]),
  ];
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url !== undefined && /^https?:$/.test(url.protocol) && isPlain) return url;
  throw new HarnessError("bad-input", "--otlp is no address of a receiver", {
    hint: "give its base, such as http://collector:4318; what it needs of headers goes into OTEL_EXPORTER_OTLP_HEADERS",
  });
}

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry's SDKs read it. */
function headersOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? [];
      return name === undefined || value === undefined ? [] : [[name, decoded(value.trim())]];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address of IPv6 stands in brackets in some places, and without in others. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function sender(base: URL, headers: Readonly<Record<string, string>>, onTrouble: (says: string) => void): Reporter {
  const send = async (signal: "metrics" | "traces", body: object): Promise<boolean> => {
    const url = `${base.href.replace(/\/$/, "")}/v1/${signal}`;
    const answer = await ask(url, {
      timeoutMs,
      longest,
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      allows: (host) => bare(host) === bare(base.hostname),
    });
    if (answer.ok && answer.status >= 200 && answer.status < 300) return true;
    onTrouble(`OTLP ${signal} were not taken by ${base.host}: ${answer.ok ? `status ${answer.status}` : answer.says}`);
    return false;
  };
  return {
    name: "otlp",
    async finish({ result, trialOf, timelineOf }) {
      if (!(await send("metrics", otlpMetrics(result)))) return;
      for (const { plan } of result.intents.flatMap(({ trials }) => trials)) {
        const trace = otlpTrace(result, await trialOf(plan), (await timelineOf(plan)) ?? []);
        // One that is not taken says enough of all.
        if (trace !== undefined && !(await send("traces", trace))) return;
      }
    },
  };
}
