// Every service publishes Prometheus text at /metrics, from a registry of its own that carries service and replica as
// labels.
import type { Env, Hono } from "hono";
import { Registry, collectDefaultMetrics } from "prom-client";

/** A fresh registry with the process's own metrics and the labels `service` and `replica` on everything. */
export function createRegistry(service: string, replica: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service, replica });
  // The default of 10 ms would wake every service a hundred times a second, for a figure that nobody reads that
  // sharply.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 200 });
  return registry;
}

/**
 * Adds `GET /metrics`, and `GET /metrics?name[]=…&name[]=…` for those series alone, as Prometheus' own clients of Java
 * and Python have it: whoever reads a few of them often need not have all worked out each time. Of a histogram all
 * series are there where one was asked for; a name that nobody has is passed over.
 */
export function mountMetrics<E extends Env>(app: Hono<E>, registry: Registry): void {
  app.get("/metrics", async (c) => {
    const names = c.req.queries("name[]");
    const page = names === undefined ? await registry.metrics() : await pageOf(registry, metricsNamed(names));
    return c.text(page, 200, { "content-type": registry.contentType });
  });
}

/** What a series of a histogram is called more than its metric. */
const PART = /_(?:bucket|sum|count)$/;

/** The metrics that have series of these names, and names that are none. */
export function metricsNamed(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, name.replace(PART, "")]));
}

async function pageOf(registry: Registry, names: ReadonlySet<string>): Promise<string> {
  const there = [...names].filter((name) => registry.getSingleMetric(name) !== undefined);
  const texts = await Promise.all(there.map((name) => registry.getSingleMetricAsString(name)));
  return `${texts.join("\n\n")}\n`;
}
