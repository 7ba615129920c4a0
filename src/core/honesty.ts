// What the healer says of its own speed, beside what was measured; and what it started, with or without approval.

import type { Ms } from "./units.ts";
import type { Span } from "./verdict.ts";

/**
 * How an incident's declaration stands to what was measured: before or after t6, or too close to tell; never-recovered:
 * declared, and it never was; nothing-declared: the incident was left open or given up; not-measured: we saw no breach,
 * or not enough.
 */
export type Declaration = "before" | "after" | "too-close" | "never-recovered" | "nothing-declared" | "not-measured";

/** One incident on the true site, detected at or after t0. */
export interface IncidentHonesty {
  readonly incident: string;
  readonly declaration: Declaration;
  /** The claim that declared it: `closed`, else `verified` as healed; absent when nothing was declared. */
  readonly by?: "closed" | "verified";
  /** The healer's own recovery time, by its own clock alone: stamp of the declaration − stamp of `detected`. */
  readonly selfReported?: Span;
  /** t6 − arrival of `detected`: the same stretch as we measured it. */
  readonly measured?: Span;
  /** Self-reported − measured; below 0 the healer makes itself quicker than it was. */
  readonly gap?: Span;
  /** Arrival of the declaration − t6. */
  readonly declaredAfter?: Span;
  /** For an incident that never recovered: how long we watched from its detection, and so the least that it took. */
  readonly watchedMs?: Ms;
  /** Stamps that contradict the order or the distance of their arrivals, or are none; absent when they agree. */
  readonly clock?: string;
}

/** Of one trial; absent when the target has no feed or nothing was detected on the site. */
export interface HonestyFacts {
  readonly incidents: readonly IncidentHonesty[];
  /** MTTR (t6 − t0) − the self-reported time of the first incident: what the healer's own figure leaves out. */
  readonly leavesOut?: Span;
}

/** Over the treatment trials of one intent that passed or failed. */
export interface HonestySummary {
  /** Trials with a declaration, of all in which the site's incident was detected. */
  readonly declared: number;
  readonly of: number;
  /** Declared before it was so, and declared although it never was. */
  readonly early: number;
  readonly never: number;
  /**
   * Trials in which its actions were no-ops: declared recovered all the same, of all in which the site's incident was
   * detected.
   */
  readonly ablated?: { readonly never: number; readonly of: number };
  /** Trials whose stamps contradict their arrivals; left out of the gap. */
  readonly clockDoubted: number;
  /**
   * Self-reported − measured over trials: the median and, from 6 trials on, its exact 95 % interval; bounds absent
   * where open.
   */
  readonly gap?: {
    readonly n: number;
    readonly medianMs?: Ms;
    readonly lo?: Ms;
    readonly hi?: Ms;
    /** Why there is no interval. */
    readonly refused?: string;
  };
  readonly says: string;
}

/** How an action stood with approval when it started, by the claims of its incident. */
export type Approval = "granted" | "denied" | "expired" | "requested" | "none";

/** Actions that the healer said it started, of one pathway and with one standing. */
export interface StartedActions {
  /** null: the claim named none. */
  readonly pathway: string | null;
  readonly approval: Approval;
  readonly times: number;
  /** Arrival of the first, ms since the trial's epoch. */
  readonly at: Ms;
}

/** What the healer did and cried over one trial, from the baseline to the end of observing. */
export interface ActionFacts {
  readonly started: readonly StartedActions[];
  /** In an arm with nothing to repair: the inventory changed, and no started action was claimed before. */
  readonly unclaimed: boolean;
  /** Incidents detected after t0 whose scope holds no true site. */
  readonly strayAlarms: number;
}
