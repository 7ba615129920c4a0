// Requests by which somebody looks whether this replica still makes tokens (`X-Probe: 1`). They take a slot like any
// other, and are counted apart: dashboards and detectors are to see users' requests.

import { Counter, type Registry } from "prom-client";
import type { InferenceMetrics } from "./metrics.ts";
import type { SlotQueue } from "./slot-queue.ts";

/** The header that marks a probe. */
export const PROBE_HEADER = "x-probe";

/** Counts nothing: what a probe takes and makes is in no series but its own. */
const UNCOUNTED: InferenceMetrics = {
  firstToken: () => undefined,
  readTokens: () => undefined,
  lookedUp: () => undefined,
  betweenTokens: () => undefined,
  generated: () => undefined,
  ended: () => undefined,
  parts: () => undefined,
  rejected: () => undefined,
};

export interface Probes {
  /** The queue as users' requests fill it. */
  readonly users: Pick<SlotQueue, "running" | "waiting">;
  /** As the queue's own for one probe: until its slot is given back it counts as a probe. */
  readonly acquire: SlotQueue["acquire"];
  readonly metrics: InferenceMetrics;
}

/** Registers `inference_probe_requests_total`. */
export function createProbes(queue: SlotQueue, registry: Registry): Probes {
  const asked = new Counter({
    name: "inference_probe_requests_total",
    help: "Completions that were asked for to see whether any is made.",
    registers: [registry],
  });
  let [running, waiting] = [0, 0];
  return {
    // A probe that is just being granted its slot has left the queue before it is counted here.
    users: {
      running: () => Math.max(0, queue.running() - running),
      waiting: () => Math.max(0, queue.waiting() - waiting),
    },
    metrics: UNCOUNTED,
    async acquire(signal) {
      asked.inc();
      const had = queue.waiting();
      const slot = queue.acquire(signal, true);
      const waits = queue.waiting() > had;
      if (waits) waiting += 1;
      try {
        const granted = await slot;
        running += 1;
        let held = true;
        return {
          waitedMs: granted.waitedMs,
          release() {
            if (held) running -= 1;
            held = false;
            granted.release();
          },
        };
      } finally {
        if (waits) waiting -= 1;
      }
    },
  };
}
