// What is run next, given what has ended: block by block (the first trials of all arms, then the second ones, …), until
// there is enough or the budget is spent. Decided between blocks only, so that every arm has had the same number of
// turns. Pure: told the time.

import type { TrialDigest } from "../core/digest.ts";
import { formatDuration } from "../core/duration.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { StoppingRule } from "../core/stopping-rule.ts";
import type { Stopped } from "../records/results/summaries.ts";
import type { Ms } from "../core/units.ts";

/**
 * Asked after each block from the least on; must itself leave out what is no evidence (inconclusive, invalid, residue).
 */
export type Enough = (trials: readonly TrialDigest[], stopping: StoppingRule) => Sufficiency;

interface Sufficiency {
  readonly enough: boolean;
  /** A clause with the numbers that led to it. */
  readonly because: string;
  /** What kind of end it is, in one word; absent when it is not enough. */
  readonly ground?: string;
}

export interface ScheduleOptions {
  /** Rules by intent; the trials of an intent without one are all run, whatever comes out. */
  readonly stopping: ReadonlyMap<string, StoppingRule>;
  readonly enough: Enough;
  /** No intent begins another block once the run took this long; absent: no such limit. */
  readonly budgetMs?: Ms;
}

/** A decision, as soon as it is made. */
export interface Decision {
  readonly intent: string;
  readonly stopped: Stopped;
  /** What is not run because of it. */
  readonly dropped: readonly TrialPlan[];
}

export interface Schedule {
  /**
   * The next trial to start, `elapsedMs` after the run began; undefined while none may start before another one has
   * ended, and when nothing is left. What it decides goes to `decided`.
   */
  next(elapsedMs: Ms): TrialPlan | undefined;
  /** A trial that `next` gave has ended; without a result it was ended early, and nothing is decided by it. */
  ended(plan: TrialPlan, result: TrialDigest | undefined, tookMs: Ms): void;
  /** What is not started yet and may still be. */
  readonly waiting: readonly TrialPlan[];
  /** Decisions so far, by intent. */
  readonly stopped: ReadonlyMap<string, Stopped>;
}

interface Progress {
  readonly running: Set<TrialPlan>;
  readonly results: TrialDigest[];
  /** Number of the block that began last; 0 before the first. */
  block: number;
  spentMs: Ms;
}

/** A schedule over plans in the order in which they shall be run (see `makePlans`). */
export function makeSchedule(
  plans: readonly TrialPlan[],
  options: ScheduleOptions,
  decided: (decision: Decision) => void = () => undefined,
): Schedule {
  let waiting = [...plans];
  const stopped = new Map<string, Stopped>();
  const byIntent = new Map<string, Progress>();
  const progressOf = (intent: string): Progress => progressIn(byIntent, intent);

  function stop(intent: string, because: string): void {
    const dropped = waiting.filter((plan) => plan.intent === intent);
    waiting = waiting.filter((plan) => plan.intent !== intent);
    const why = { because, trials: progressOf(intent).block, most: blocksOf(plans, intent) };
    stopped.set(intent, why);
    decided({ intent, stopped: why, dropped });
  }

  function decideAfterBlock(intent: string): void {
    const rule = options.stopping.get(intent);
    const { block, running, results, spentMs } = progressOf(intent);
    if (rule === undefined || stopped.has(intent) || running.size > 0) return;
    const left = waiting.filter((plan) => plan.intent === intent);
    if (left.some(({ index }) => index === block)) return;
    const { enough, because } = options.enough(results, rule);
    const why = enough && block >= rule.least ? because : whyNoMore(rule, { because, left: left.length, spentMs });
    if (why !== undefined) stop(intent, why);
  }

  /** False when it would begin a block while another is under way that has to be decided by, or when time is up. */
  function mayStart(plan: TrialPlan, elapsedMs: Ms): boolean {
    const { block, running } = progressOf(plan.intent);
    if (plan.index <= block) return true;
    if (options.budgetMs !== undefined && elapsedMs >= options.budgetMs) {
      stop(plan.intent, `the run's budget of ${formatDuration(options.budgetMs)} is spent`);
      return false;
    }
    return !options.stopping.has(plan.intent) || running.size === 0;
  }

  function next(elapsedMs: Ms): TrialPlan | undefined {
    // Not `find`: a plan that may not start drops others from the list.
    for (const plan of waiting) {
      if (isTooSoon(plan, waiting, progressOf(plan.intent))) continue;
      if (stopped.has(plan.intent) || !mayStart(plan, elapsedMs)) continue;
      waiting = waiting.filter((other) => other !== plan);
      return begin(progressOf(plan.intent), plan);
    }
    return undefined;
  }

  return {
    next,
    ended(plan, result, tookMs) {
      const progress = progressOf(plan.intent);
      progress.running.delete(plan);
      progress.spentMs += tookMs;
      if (result === undefined) return;
      progress.results.push(result);
      decideAfterBlock(plan.intent);
    },
    get waiting() {
      return waiting;
    },
    stopped,
  };
}

/** Is it a second occurrence whose first one has not ended yet? */
function isTooSoon(
  { intent, index, learning }: TrialPlan,
  waiting: readonly TrialPlan[],
  { running }: Progress,
): boolean {
  if (learning !== "kept" && learning !== "emptied") return false;
  return [...running, ...waiting].some(
    (other) => other.learning === "lesson" && other.intent === intent && other.index === index,
  );
}

/** Why there is no further block although there is not enough; undefined when there may be one. */
function whyNoMore(
  { budgetMs }: StoppingRule,
  { because, left, spentMs }: { readonly because: string; readonly left: number; readonly spentMs: Ms },
): string | undefined {
  if (left === 0) return `not narrow enough after the most trials allowed: ${because}`;
  if (budgetMs === undefined || spentMs < budgetMs) return undefined;
  return `its budget of ${formatDuration(budgetMs)} is spent: ${because}`;
}

function begin(progress: Progress, plan: TrialPlan): TrialPlan {
  progress.block = Math.max(progress.block, plan.index);
  progress.running.add(plan);
  return plan;
}

/** Most blocks that an intent may have. */
function blocksOf(plans: readonly TrialPlan[], intent: string): number {
  return Math.max(...plans.filter((plan) => plan.intent === intent).map(({ index }) => index));
}

function progressIn(byIntent: Map<string, Progress>, intent: string): Progress {
  const known = byIntent.get(intent) ?? { running: new Set(), results: [], block: 0, spentMs: 0 };
  byIntent.set(intent, known);
  return known;
}
