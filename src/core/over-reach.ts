// What the healer touched beside what was sick, and how wide the harm was against what was planned.

import type { Mark } from "./verdict.ts";

/** One touch: an action that the healer claims, or a change that the inventory shows. */
export interface Touch {
  readonly service?: string;
  readonly replica?: string;
  readonly by: "claim" | "inventory";
  readonly at: Mark;
  /** e.g. `restart-replica was started on vector-1`, `the inventory shows vector-1 pid 100 → 222`. */
  readonly says: string;
}

/** Over-reach of one trial, by the timeline alone. */
export interface OverReachFacts {
  /** Touches of what is no site, and of sites that were taken out of the inventory, in order of time. */
  readonly touches: readonly Touch[];
  /** Healthy replicas (or whole services) among them, each once: the remediation blast radius. */
  readonly healthy: readonly string[];
  /** A service whose every replica had no traffic at the last look. */
  readonly drained?: string;
  /** Replicas: those the plan hits, those hit or touched in the end, and all that the inventory shows. */
  readonly radius: { readonly planned: number; readonly actual: number; readonly of: number };
}
