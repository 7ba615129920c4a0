// What we conclude. Three answers for a rule, five for a trial; nothing judged is inconclusive.

import type { ArmName } from "./arms.ts";
import type { ApprovalFacts } from "./approvals.ts";
import type { DocumentFacts } from "./documents.ts";
import type { OverReachFacts } from "./over-reach.ts";
import type { Ms, Share } from "./units.ts";
import type { TrialPlan } from "./plan.ts";
import type { Calibration, EnvironmentFacts } from "./pressure.ts";
import type { TimelineEvent } from "./timeline.ts";
import type { ArmComparison, Gain } from "./attribution.ts";
import type { ActionFacts, HonestyFacts, HonestySummary } from "./honesty.ts";
import type { Scorecard } from "./scorecard.ts";
import type { Governed } from "./governor.ts";
import type { Stopped } from "./stopping.ts";
import type { WordCounts } from "./reasons.ts";

export type Outcome = "pass" | "fail" | "inconclusive";
/**
 * invalid: steady state did not hold before, or the fault's effect was not confirmed. residue: the trial left something
 * behind, whatever else came of it.
 */
export type TrialOutcome = Outcome | "invalid" | "residue";

/** Everything a rule may read. */
export interface TrialRecord {
  readonly plan: TrialPlan;
  readonly timeline: readonly TimelineEvent[];
}

/** An instant known to lie in [lo, hi]; `at` is the defined point (see MEASUREMENT: backdated starts, arrivals). */
export interface Mark {
  readonly at: Ms;
  readonly lo: Ms;
  readonly hi: Ms;
}

/** A duration between two marks: `lo = b.lo − a.hi`, `hi = b.hi − a.lo`. */
export interface Span {
  readonly ms: Ms;
  readonly lo: Ms;
  readonly hi: Ms;
  /** e.g. `t6 − t0`; printed with the number. */
  readonly formula: string;
}

export type MarkName = "t0" | "t1" | "t2" | "t2c" | "t3" | "t4" | "t5" | "t6" | "t7" | "t8";

/** One steady-state window as it was judged: good, bad, or not seen (with the reason). */
export interface WindowFact {
  readonly from: Ms;
  readonly to: Ms;
  /** Over all conditions. */
  readonly state: "good" | "bad" | "unseen";
  /** Over the users' conditions alone. */
  readonly users: "good" | "bad" | "unseen";
  /** The same by the stricter conditions of the way out; absent when the intent has none. */
  readonly back?: { readonly state: "good" | "bad" | "unseen"; readonly users: "good" | "bad" | "unseen" };
  /** Names of conditions that did not hold. */
  readonly broken: readonly string[];
  /** Values by probe name (users.* and state probes) in this window; absent = not seen. */
  readonly values: Readonly<Record<string, number>>;
  /**
   * Of a window that is not good, by name: why a value was not seen, or what made it so bad (`status 404 (8×)`). Absent
   * in runs written before reasons were kept.
   */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** What follows by arithmetic from one timeline. */
export interface TrialFacts {
  readonly marks: Readonly<Partial<Record<MarkName, Mark>>>;
  readonly mttd?: Span;
  /** t2 − t1: detection after impact; negative when the loop was ahead of the users. */
  readonly detectionAfterImpact?: Span;
  readonly mttr?: Span;
  /** t6 − t2 */
  readonly resolve?: Span;
  /** t5 − t1 */
  readonly ttm?: Span;
  readonly windows: readonly WindowFact[];
  readonly baseline: Readonly<Record<string, number>>;
  readonly load: LoadFacts;
  /** From the begin of the boot to the last thing seen, ms; absent in runs written before it was kept. */
  readonly tookMs?: Ms;
  /** State probes that saw nothing in some of their looks, by name; absent in runs written before they were counted. */
  readonly blindSamples?: Readonly<Record<string, BlindSamples>>;
  /**
   * State probes that noted why their value was no better (a replica's health that answered 401), by name; absent when
   * none did.
   */
  readonly sampleNotes?: Readonly<Record<string, NotedSamples>>;
  /** Pathway whose action did take place on the true site before t6, by the claims; null when none. */
  readonly pathway: string | null;
  readonly recovery: "healed" | "waited-out" | "not-recovered" | "not-disturbed" | "unseen";
  /** Seconds watched after t6, and the first breach in them. */
  readonly relapse: { readonly watchedMs: Ms; readonly wantedMs: Ms; readonly at?: Mark };
  /** Fault-free time in which the healer's feed was heard, and incidents it detected in it; absent without a feed. */
  readonly calm?: { readonly watchedMs: Ms; readonly alarms: number };
  /** Approvals that the healer asked for after t0; absent when it asked for none. */
  readonly approvals?: ApprovalFacts;
  /** What the healer touched beside the sites; absent when the inventory was never seen. */
  readonly overReach?: OverReachFacts;
  /**
   * Replicas that the inventory did not have at first and had later, each once. The stack was started without an edge
   * for them, so that no fault proxy stands before them. Absent when there were none.
   */
  readonly appeared?: readonly string[];
  /** Documents of our own: written, and gone; absent when the target takes none. */
  readonly documents?: DocumentFacts;
  readonly burn?: { readonly bad: number; readonly expected: number; readonly slo: Share; readonly burn: number };
  /** What the healer started and cried; absent in runs written before it was measured. */
  readonly actions?: ActionFacts;
  /** Self-reported against measured times; absent without a feed or a detection on the site. */
  readonly honesty?: HonestyFacts;
  /** Whether others took the target's processors; absent in runs written before it was measured. */
  readonly environment?: EnvironmentFacts;
}

/** Looks of one state probe from the baseline to the end, and why those failed that saw nothing. */
interface BlindSamples {
  readonly looks: number;
  readonly unseen: number;
  readonly by: WordCounts;
  /** The newest reason. */
  readonly last: string;
}

/**
 * Looks of one state probe from the baseline to the end, and what was noted of those that saw something, but no better.
 */
interface NotedSamples {
  readonly looks: number;
  readonly noted: number;
  readonly by: WordCounts;
  /** The newest note. */
  readonly last: string;
}

/** Counts by word, apart for what was settled before the disturbance may have begun and from then on. */
interface WordFacts {
  readonly baseline: WordCounts;
  readonly disturbed: WordCounts;
}

export interface LoadFacts {
  readonly expected: number;
  readonly answered: number;
  readonly errors: number;
  /** Adds up to `errors`; absent in runs written before errors were counted by word. */
  readonly errorsBy?: WordFacts;
  /** Notes on answers that count as answered, by word; absent when there were none. */
  readonly notesBy?: WordFacts;
  readonly unsent: number;
  /** Share of requests sent more than 5 ms after their intended time. */
  readonly lateSendShare: Share;
  readonly lagMaxMs: Ms;
  /**
   * All but 1 % of the requests were sent within this of their intended time; marks are widened by it when it is over 5
   * ms.
   */
  readonly sendLagMs: Ms;
  /** Longest stretch of the trial without a scheduled request. Absent in runs written before it was measured. */
  readonly hole?: { readonly from: Ms; readonly to: Ms };
  /** Requests that came too late to be counted in their window; absent when there were none. */
  readonly strays?: number;
  /** Users' latency in ms over the baseline and over [t0, end]; a percentile is absent below its sample floor. */
  readonly baselineLatency: LatencyFacts;
  readonly disturbedLatency: LatencyFacts;
}

export interface LatencyFacts {
  readonly samples: number;
  readonly p50?: Ms;
  readonly p95?: Ms;
  readonly p99?: Ms;
}

export interface Finding {
  readonly rule: string;
  readonly outcome: Outcome;
  /** One sentence: probe, window, observed value, bound. */
  readonly says: string;
  /** `at` of the timeline events it rests on, ms. */
  readonly restsOn: readonly Ms[];
  /**
   * When the rule ceased to be kept (a deadline that passed, a word that was false), ms; absent: the earliest that it
   * rests on.
   */
  readonly at?: Ms;
}

/** A rule reads the record and its facts, nothing else; null = it does not apply to this trial. */
export type Rule = (record: TrialRecord, facts: TrialFacts) => Omit<Finding, "rule"> | null;

export interface TrialVerdict {
  readonly outcome: TrialOutcome;
  readonly findings: readonly Finding[];
}

export interface TrialResult {
  readonly plan: TrialPlan;
  readonly facts: TrialFacts;
  readonly verdict: TrialVerdict;
}

export type AttributionVerdict = "ATTRIBUTED" | "SELF-RECOVERED" | "WRONG-PATHWAY" | "UNPROVEN";

export interface Attribution {
  readonly verdict: AttributionVerdict;
  readonly treatment: { readonly recovered: number; readonly of: number };
  readonly ablation: { readonly recovered: number; readonly of: number };
  /** Newcombe's hybrid score interval of P(recover | treatment) − P(recover | ablation), at `confidence`. */
  readonly difference?: { readonly value: number; readonly lo: number; readonly hi: number };
  /**
   * Of every interval in here; absent in older runs: 0.95. Higher where a run might end early, so that its looks share
   * one error.
   */
  readonly confidence?: Share;
  /**
   * Greatest chance that so many trials come out above 0 when the action does nothing; absent unless ATTRIBUTED at a
   * single look.
   */
  readonly chance?: Share;
  /** Every arm that treatment was compared with. */
  readonly comparisons?: readonly ArmComparison[];
  /** Against no healer at all; absent without the arm unhealed. */
  readonly gain?: Gain;
  readonly says: string;
}

export interface IntentResult {
  readonly intent: string;
  readonly title: string;
  readonly belief: string;
  readonly target: string;
  readonly outcome: TrialOutcome;
  /** Why, in one sentence. */
  readonly says: string;
  readonly arms: readonly ArmName[];
  readonly trials: readonly TrialResult[];
  /** Headline times over treatment trials; absent without a treatment arm. */
  readonly mttd?: TimeSummary;
  readonly mttr?: TimeSummary;
  readonly ttm?: TimeSummary;
  readonly pathway: string | null;
  readonly attribution?: Attribution;
  readonly recoveryRate?: RecoveryRate;
  readonly falseAlarms?: FalseAlarms;
  readonly honesty?: HonestySummary;
  /** Why there were no more trials, where that was decided by what came out or by a budget. */
  readonly stopping?: Stopped;
}

/** Treatment trials that recovered for good, of those that count. */
interface RecoveryRate {
  readonly recovered: number;
  readonly of: number;
  /** Clopper–Pearson, two-sided, at `confidence`. */
  readonly lo: Share;
  readonly hi: Share;
  /** Absent: 0.95. Higher where a run might end early, and then `proves` is as much surer than its 95 %. */
  readonly confidence?: Share;
  /** Lower bound at 95 % one-sided: what so many of so many prove. Absent in runs written before it was said. */
  readonly proves?: Share;
}

/**
 * Incidents detected while there was no fault, by the hour, with the exact Poisson interval at 95 % (one-sided after
 * none).
 */
export interface FalseAlarms {
  readonly alarms: number;
  readonly watchedMs: Ms;
  readonly perHour: number;
  readonly lo: number;
  readonly hi: number;
  readonly says: string;
}

/** Over trials: the single span for n = 1, Kaplan–Meier median for more; the interval only from 6 trials on. */
export interface TimeSummary {
  readonly n: number;
  readonly censored: number;
  readonly formula: string;
  readonly single?: Span;
  readonly median?: { readonly ms: Ms; readonly lo?: Ms; readonly hi?: Ms };
  readonly says: string;
}

export interface RunResult {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly suite: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  readonly machine: {
    readonly cores: number;
    readonly memoryBytes: number;
    readonly node: string;
    readonly platform: string;
    /**
     * How the machine was before the first trial; absent in runs written before it was measured, and where no trial
     * began.
     */
    readonly calibration?: Calibration;
  };
  readonly harness: { readonly version: string };
  /** Set when the run was ended early; what was not done is then missing. */
  readonly interrupted: boolean;
  /** What ended it early: a signal, a stop file, or a failure; absent when nothing did. */
  readonly reason?: "interrupted" | "stopped" | "failed";
  /** With failed: what made it impossible to go on. Absent in runs written before it was kept. */
  readonly failure?: string;
  readonly planned: number;
  /** What was done about trials side by side; absent when they ran one by one. */
  readonly governor?: Governed;
  readonly outcome: TrialOutcome;
  readonly intents: readonly IntentResult[];
  /** Absent in runs written before there was one, and when no trial was judged. */
  readonly scorecard?: Scorecard;
}
