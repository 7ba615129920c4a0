// Toxiproxy's Prometheus counters, under its names and labels.

import { Counter, Registry } from "prom-client";
import type { FaultProxy } from "./proxy.ts";

const labelNames = ["direction", "proxy", "listener", "upstream"] as const;

/** Bytes received and sent by direction since each proxy was made, in the text format of Prometheus. */
export async function metricsText(proxies: readonly FaultProxy[]): Promise<string> {
  const registry = new Registry();
  const counter = (name: string, help: string): Counter<(typeof labelNames)[number]> =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const received = counter("toxiproxy_proxy_received_bytes_total", "Bytes read from the sending side.");
  const sent = counter("toxiproxy_proxy_sent_bytes_total", "Bytes written to the receiving side.");
  for (const proxy of proxies) {
    for (const direction of ["upstream", "downstream"] as const) {
      const labels = { direction, proxy: proxy.name, listener: proxy.listen, upstream: proxy.upstream };
      const bytes = proxy.traffic(direction);
      received.inc(labels, bytes.received);
      sent.inc(labels, bytes.sent);
    }
  }
  return `${await registry.metrics()}\n`;
}
