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

/** Adds `GET /metrics`. */
export function mountMetrics<E extends Env>(app: Hono<E>, registry: Registry): void {
  app.get("/metrics", async (c) => c.text(await registry.metrics(), 200, { "content-type": registry.contentType }));
}
