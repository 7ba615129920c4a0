// What the history knows of one intent's belief, and what its next trials are worth.

import { isTreatment } from "../../core/arms.ts";
import type { Intent } from "../../core/intent.ts";
import { planDigest } from "../../core/plan-digest.ts";
import { counted, shareText } from "../../core/text.ts";
import type { Ms } from "../../core/units.ts";
import { bitsToCome, meanRate } from "../../measure/statistics/beta-rate.ts";
import type { HistoryRow } from "../../records/history-row.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Prediction } from "../../records/prediction.ts";
import { isJudged, isOfOtherFiles, rowsOfPlans, weighed, type RowsOf } from "./evidence.ts";
import { predictionOf } from "./predict.ts";

/**
 * failed: in its last run something failed that is not declared as known · changed: its plan or its target is another
 * one since · untried: no trial of it was judged · known: none of these.
 */
export type Ground = "failed" | "changed" | "untried" | "known";

/** An intent, and why it is in or out. */
export interface NightItem {
  readonly intent: string;
  readonly file: string;
  readonly target: string;
  /** Who is believed to repair it; null: nobody. */
  readonly pathway: string | null;
  readonly ground: Ground;
  /** A clause: what is known of it. */
  readonly because: string;
  /** Expected of its trials, about the rate at which it passes. */
  readonly bits: number;
  readonly trials: number;
  readonly plannedMs: Ms;
  /** Of its first trial; null: the history makes expect nothing. */
  readonly prediction: Prediction | null;
}

export interface Assessed {
  readonly item: NightItem;
  /** When its last judged run began, ms since 1970; −∞: never. */
  readonly judgedMs: Ms;
}

export type IntentAsked = Pick<Intent, "id" | "file" | "expect" | "weaknesses">;

/** `plans`: those of this intent, at least one. */
export function assess(intent: IntentAsked, plans: readonly TrialPlan[], rowsOf: RowsOf, nowMs: Ms): Assessed {
  const arms = [...new Map(plans.map((plan) => [plan.arm, plan])).values()];
  const all = arms
    .flatMap((plan) => rowsOf(plan))
    .toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started) || (a.run < b.run ? -1 : Number(a.run > b.run)));
  const judged = all.filter(isJudged);
  const last = judged.filter(({ run, started }) => run === judged.at(-1)?.run && started === judged.at(-1)?.started);
  // The arm in which the belief is asked: of a control its only one.
  const main = plans.find(({ arm }) => isTreatment(arm)) ?? plans[0];
  if (main === undefined) throw new RangeError(`${intent.id} has no plan`);
  const own = plans.filter(({ arm }) => arm === main.arm);
  const tried = weighed(rowsOfPlans(rowsOf(main), own), main, nowMs);
  const asked = { intent, plans, last, nowMs };
  const ground = groundOf(asked);
  const says: Readonly<Record<Ground, () => string>> = {
    failed: () => `failed ${failedIn(asked).length} of ${counted(last.length, "trial")} in ${lastRun(asked)}`,
    changed: () => `${changeSince(asked) ?? ""} ${lastRun(asked)}`,
    untried: () => (all.length === 0 ? "never tried" : `none of ${counted(all.length, "trial")} was judged`),
    known: () => `expected to pass in ${shareText(meanRate(tried))}; judged in ${lastRun(asked)}`,
  };
  return {
    item: {
      intent: intent.id,
      file: intent.file,
      target: main.target,
      pathway: intent.expect.recovered?.by ?? null,
      ground,
      because: says[ground](),
      bits: bitsToCome(tried, own.length),
      trials: plans.length,
      plannedMs: plans.reduce((sum, plan) => sum + plannedMs(plan, rowsOf), 0),
      prediction: predictionOf(main, rowsOf, nowMs) ?? null,
    },
    judgedMs: last[0] === undefined ? -Infinity : Date.parse(last[0].started),
  };
}

interface Asked {
  readonly intent: IntentAsked;
  readonly plans: readonly TrialPlan[];
  /** Judged rows of the last run that has some. */
  readonly last: readonly HistoryRow[];
  readonly nowMs: Ms;
}

function groundOf(asked: Asked): Ground {
  if (asked.last.length === 0) return "untried";
  if (failedIn(asked).length > 0) return "failed";
  return changeSince(asked) === undefined ? "known" : "changed";
}

/** Without those of which every rule that did not pass is declared as known today. */
function failedIn({ intent: { weaknesses = [] }, last, nowMs }: Asked): readonly HistoryRow[] {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const known = new Set(weaknesses.filter(({ until }) => today <= until).map(({ rule }) => rule));
  return last.filter(
    ({ outcome, against }) => outcome !== "pass" && (against.length === 0 || !against.every((rule) => known.has(rule))),
  );
}

/** What is another one than in the last run, as the begin of a clause; undefined: nothing that rows tell of. */
function changeSince({ plans, last }: Asked): string | undefined {
  const ofOthers = last.filter((row) => {
    const own = plans.filter(({ arm }) => arm === row.arm);
    return row.plan !== undefined && !own.some((plan) => planDigest(plan) === row.plan);
  });
  if (ofOthers.length > 0) return "another plan than in";
  const [plan] = plans;
  return plan !== undefined && last.some((row) => isOfOtherFiles(row, plan))
    ? "files of its target changed since"
    : undefined;
}

/** `its last run, RUN, 3 days ago`. */
function lastRun({ last: [row], nowMs }: Asked): string {
  if (row === undefined) return "";
  const days = Math.floor((nowMs - Date.parse(row.started)) / 86_400_000);
  const ago = days === 0 ? "today" : `${counted(days, "day")} ago`;
  return `its last run, ${row.run}, ${ago}`;
}

/** As long as such trials took in the middle, where the history knows, and never less than the plan's own estimate. */
function plannedMs(plan: TrialPlan, rowsOf: RowsOf): Ms {
  const took = rowsOfPlans(rowsOf(plan), [plan]).flatMap(({ tookMs }) => tookMs ?? []);
  const middle = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)] ?? 0;
  return Math.max(plan.estimateMs, middle);
}
