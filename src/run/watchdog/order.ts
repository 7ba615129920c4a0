// What harness and watchdog say to each other.

import { z } from "zod";
import type { Ms } from "../../core/units.ts";

const orderSchema = z.object({
  /** Absolute. */
  runDir: z.string().min(1),
  /** Whom to watch. */
  harness: z.object({ pid: z.number().int().positive(), startTime: z.string() }),
  leaseMs: z.number().positive(),
});
/** Given once, as the first argument. */
export type WatchdogOrder = z.infer<typeof orderSchema>;

/** `alive` renews the lease; `done`: nothing is left to watch over. */
export type ToWatchdog = { readonly type: "alive" } | { readonly type: "done" };
/** Sent once at the start, and in answer to every `alive`. */
export type ToHarness = { readonly type: "alive" };

/** A lease is looked at, and a sign of life is given, this many times within its length. */
export const looksPerLease = 20;

/** How long a harness may give no sign of life before it counts as gone, ms, unless REBOUND_LEASE_MS says otherwise. */
export const defaultLeaseMs: Ms = 10_000;

/** Throws when it is not an order. */
export function readOrder(text: string | undefined): WatchdogOrder {
  return orderSchema.parse(JSON.parse(text ?? ""));
}
