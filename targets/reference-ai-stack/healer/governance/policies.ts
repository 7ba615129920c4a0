// Who may do what without asking: the risk tier of every pathway, and which pathway answers which class.
import type { FaultClass, Means, Pathway } from "../nouns.ts";

/** low: acts · medium: acts and notifies (its decision is on the feed before it acts) · none: touches nothing. */
type Tier = "low" | "medium" | "none";

export interface PathwayPolicy {
  readonly tier: Tier;
  /** Ways of acting, the preferred first. */
  readonly means: readonly Means[];
  readonly says: string;
}

/** Risk tier per pathway, from the least to the most that can go wrong. */
export const PATHWAYS: Readonly<Record<Pathway, PathwayPolicy>> = {
  hold: { tier: "none", means: [], says: "a benign anomaly: nothing is touched" },
  escalate: { tier: "none", means: [], says: "a person is called with the evidence" },
  "restart-replica": { tier: "low", means: ["restart"], says: "ends what is left of the replica and starts it again" },
  "redistribute-traffic": {
    tier: "low",
    means: ["drain"],
    says: "gives the replica's share of traffic to its siblings",
  },
  "restore-index": {
    tier: "medium",
    means: ["peer", "snapshot"],
    says: "replaces the index file; records newer than the source are added again",
  },
};

/**
 * Exactly one pathway per class: a remedy that fails is tried again or escalated, never swapped for one that hides the
 * fault.
 */
export const PATHWAY_FOR: Readonly<Record<FaultClass, Pathway>> = {
  "replica-down": "restart-replica",
  "replica-slow": "redistribute-traffic",
  "index-damaged": "restore-index",
  "demand-surge": "hold",
  unknown: "escalate",
};
