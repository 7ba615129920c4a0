// Which source of telemetry the stack has, by one setting.
import type { TelemetrySettings } from "../../../telemetry-settings.ts";
import { serverNamed } from "./catalogue-rows.ts";
import type { ServerOf } from "./catalogue-rows.ts";
import { openCollectorSource } from "./collector.ts";
import { openPrometheus } from "./prometheus.ts";
import { openScrape } from "./scrape.ts";
import type { TelemetrySource } from "./telemetry-source.ts";

/** The source of these settings. Throws for a server that the catalogue does not know. */
export function openSource(settings: TelemetrySettings, now: () => number): TelemetrySource {
  const servers = new Map<string, ServerOf>(
    settings.servers.map(({ service, server, version }) => [service, serverNamed(server, version)]),
  );
  const serverOf = (service: string): ServerOf | undefined => servers.get(service);
  const { source, token } = settings;
  if (source.kind === "prometheus") return openPrometheus({ url: source.url, serverOf, token, now });
  if (source.kind === "collector") return openCollectorSource({ url: source.url, serverOf, token, now });
  const addressOf = (replica: string, port: number): string => settings.edges[replica] ?? `127.0.0.1:${port}`;
  return openScrape({ serverOf, addressOf, token, now });
}
