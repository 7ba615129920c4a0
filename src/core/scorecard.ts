// The scorecard: how much of a recovery each pathway of a target has shown, out of what evidence, and how fresh that
// is.

import type { Ms } from "./units.ts";

/** How much an action may break, by the target's word; `high` needs somebody's approval before it starts. */
type Tier = "low" | "medium" | "high";

export type { PathwayTraits } from "../records/plan.ts";

/** The four terms of the recovery score, in the order of the formula. */
export type TermName = "recovery" | "attribution" | "detection" | "integrity";

/** What makes a score 0, whatever else was earned. */
export type GateName = "data-lost" | "residual-fault" | "acted-on-nothing" | "unapproved-action";

/** Points that were not earned, to what, and in which trials or intents (by name). */
export interface ScoreLoss {
  readonly points: number;
  readonly to: string;
  readonly by: readonly string[];
}

/** One term: 0 ≤ proven ≤ earned ≤ max, and earned plus all losses is max, but for rounding. */
export interface ScoreTerm {
  readonly name: TermName;
  readonly max: number;
  readonly earned: number;
  /** What the trials prove of it, by a lower bound; see `proven` of the score. */
  readonly proven: number;
  readonly losses: readonly ScoreLoss[];
}

/** A gate that is closed, and the trials that closed it. */
export interface ClosedGate {
  readonly name: GateName;
  readonly says: string;
  readonly by: readonly string[];
}

/** A trial that neither passed nor failed: it lowers coverage and counts in no rate. */
interface UncountedTrial {
  readonly trial: string;
  readonly outcome: string;
}

export interface PathwayScore {
  readonly target: string;
  readonly pathway: string;
  readonly tier?: Tier;
  readonly weight: number;
  /** Intents whose counted trials are the evidence. */
  readonly intents: readonly string[];
  /** Trials that count: treatment trials of those intents; for `hold` the trials with nothing to repair. */
  readonly counted: number;
  readonly uncounted: readonly UncountedTrial[];
  /** Absent without evidence (empty scores nothing), and for `hold`, of which no recovery can be asked. */
  readonly score?: {
    /** 0 to 100. */
    readonly points: number;
    /** Lower bound of the points at 95 %: what so few trials prove. */
    readonly proven: number;
    /** The sum of the terms before the gates. */
    readonly ungated: number;
  };
  readonly gates: readonly ClosedGate[];
  readonly terms: readonly ScoreTerm[];
  /** For `hold`: trials in which nothing was to be repaired and nothing was done. */
  readonly held?: { readonly held: number; readonly of: number; readonly proves: number };
  /**
   * When the newest evidence was gathered (end of its run, ISO 8601), of this run or an earlier one; absent: there is
   * none.
   */
  readonly newest?: string;
  readonly says: string;
}

/** Declared pathways that this run has evidence on. */
export interface Coverage {
  readonly withEvidence: number;
  readonly declared: number;
  /** `target pathway` of those without. */
  readonly missing: readonly string[];
  readonly says: string;
}

/** How old the newest evidence on each declared pathway is, over this run and the earlier ones beside it. */
export interface Freshness {
  /** End of this run, ISO 8601: ages count back from here. */
  readonly asOf: string;
  /** Pathways whose newest evidence is younger than `withinDays`. */
  readonly fresh: number;
  readonly withinDays: number;
  readonly declared: number;
  /** Ages of the newest evidence over the pathways that have any; absent when none has. */
  readonly youngestMs?: Ms;
  readonly oldestMs?: Ms;
  /** Earlier runs that were read. */
  readonly runsRead: number;
  /** Earlier runs that could not be read, each with the reason. */
  readonly unread: readonly string[];
  readonly says: string;
}

/** Score, coverage and freshness of one run; never folded into one. */
export interface Scorecard {
  /** Weighted mean over the pathways that have a score; absent when none has. */
  readonly score?: {
    readonly points: number;
    /** The same mean of what each pathway proves. */
    readonly proven: number;
    readonly over: number;
  };
  readonly coverage: Coverage;
  readonly freshness: Freshness;
  readonly pathways: readonly PathwayScore[];
}

/** What an earlier run says about freshness: which pathways it had counted trials of. */
export interface PastEvidence {
  readonly runId: string;
  readonly endedAt: string;
  readonly pathways: readonly { readonly target: string; readonly pathway: string }[];
}

/** The earlier runs beside this one, and those that could not be read. */
export interface History {
  readonly runs: readonly PastEvidence[];
  readonly unread: readonly string[];
}
