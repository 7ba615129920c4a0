// What is run next, given what has ended: block by block (the first trials of all arms, then the second ones, …), until
// there is enough or the budget is spent. Decided between blocks only, so that every arm has had the same number of
// turns. Pure: told the time.

import { formatDuration } from "../core/duration.ts";
import type { TrialPlan } from "../core/plan.ts";
import type { Enough, Stopped, Stopping } from "../core/stopping.ts";
import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../core/verdict.ts";

export interface ScheduleOptions {
  /** Rules by intent; the trials of an intent without one are all run, whatever comes out. */
  readonly stopping: ReadonlyMap<string, Stopping>;
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
  ended(plan: TrialPlan, result: TrialResult | undefined, tookMs: Ms): void;
  /** What is not started yet and may still be. */
  readonly waiting: readonly TrialPlan[];
  /** Decisions so far, by intent. */
  readonly stopped: ReadonlyMap<string, Stopped>;
}

interface Progress {
  readonly running: Set<TrialPlan>;
  readonly results: TrialResult[];
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

  function progressOf(intent: string): Progress {
    const known = byIntent.get(intent) ?? { running: new Set(), results: [], block: 0, spentMs: 0 };
    byIntent.set(intent, known);
    return known;
  }

  function stop(intent: string, because: string): void {
    const dropped = waiting.filter((plan) => plan.intent === intent);
    waiting = waiting.filter((plan) => plan.intent !== intent);
    const most = Math.max(...plans.filter((plan) => plan.intent === intent).map(({ index }) => index));
    const decision = { intent, stopped: { because, trials: progressOf(intent).block, most }, dropped };
    stopped.set(intent, decision.stopped);
    decided(decision);
  }

  function decideAfterBlock(intent: string): void {
    const rule = options.stopping.get(intent);
    const { block, running, results, spentMs } = progressOf(intent);
    const left = waiting.filter((plan) => plan.intent === intent);
    if (rule === undefined || stopped.has(intent) || running.size > 0 || left.some(({ index }) => index === block))
      return;
    const { enough, because } = options.enough(results, rule);
    if (enough && block >= rule.least) stop(intent, because);
    else if (left.length === 0) stop(intent, `not narrow enough after the most trials allowed: ${because}`);
    else if (rule.budgetMs !== undefined && spentMs >= rule.budgetMs) {
      stop(intent, `its budget of ${formatDuration(rule.budgetMs)} is spent: ${because}`);
    }
  }

  /**
   * True when the plan would begin a block and may not: another is under way that has to be decided by, or time is up.
   */
  function mayStart(plan: TrialPlan, elapsedMs: Ms): boolean {
    const { block, running } = progressOf(plan.intent);
    if (plan.index <= block) return true;
    if (options.budgetMs !== undefined && elapsedMs >= options.budgetMs) {
      stop(plan.intent, `the run's budget of ${formatDuration(options.budgetMs)} is spent`);
      return false;
    }
    return !options.stopping.has(plan.intent) || running.size === 0;
  }

  return {
    next(elapsedMs) {
      for (const plan of waiting) {
        if (stopped.has(plan.intent) || !mayStart(plan, elapsedMs)) continue;
        const progress = progressOf(plan.intent);
        progress.block = Math.max(progress.block, plan.index);
        progress.running.add(plan);
        waiting = waiting.filter((other) => other !== plan);
        return plan;
      }
      return undefined;
    },
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
    get stopped() {
      return stopped;
    },
  };
}
