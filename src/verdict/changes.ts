// What is other than in the runs before, a line for each change.

import { treatmentArm } from "../core/arms.ts";
import type { IntentDigest, RunDigest } from "../core/digest.ts";
import { seededRandom } from "../core/random.ts";
import type { Steps } from "../core/steps.ts";
import { counted } from "../core/text.ts";
import { pText } from "../measure/statistics/p-text.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";
import type { Change, Changes } from "../records/results/changes.ts";
import { comparing, fewestTrials, type Comparison, type ComparedPair } from "./compare-rows.ts";
import { historyRowsOf } from "./history-rows.ts";
import { seriesOf } from "../core/series.ts";
import { worstOutcome } from "./judge-run.ts";

/** What the history knows of before a run. */
export interface Past {
  /** Of the run's intents, the last 90 days, oldest run first. */
  readonly rows: readonly HistoryRow[];
  /** All rows of the newest earlier run that this one is held against; empty: there is none. */
  readonly baseline: readonly HistoryRow[];
}

/**
 * Outcomes against the baseline, or the newest run that has the intent; times against all rows, intent by intent, a
 * piece each.
 */
export function* changesSince(run: RunDigest, { rows, baseline }: Past): Steps<Changes> {
  // A long run is not made into rows where there is nothing to hold them against.
  const comparison =
    rows.length === 0
      ? { pairs: [], notes: [] }
      : yield* comparing(rows, historyRowsOf(run), seededRandom(run.seed, "changes"));
  const { pairs } = comparison;
  const ofIntents = run.intents.flatMap((intent) => [
    ...outcomeChange(intent, newestWith(intent, rows, baseline)),
    ...pairs.filter((pair) => pair.intent === intent.intent).flatMap(timeChange),
  ]);
  const untimed = notCompared(comparison);
  return {
    baseline: baseline[0]?.run ?? null,
    changes: [...ofIntents, ...gone(run, baseline)],
    ...(untimed !== undefined && { timesNotCompared: untimed }),
  };
}

/** What nobody compared did not stay as it was: nobody knows. */
function notCompared({ pairs, notes }: Comparison): string | undefined {
  const few = new Set(pairs.filter(({ before, after }) => Math.min(before.n, after.n) < fewestTrials).map(intentOf));
  const reasons = [
    ...(few.size > 0
      ? [`of ${counted(few.size, "intent")}, too few trials: it takes ${fewestTrials} on each side`]
      : []),
    ...(notes.length > 0 ? [`of ${counted(notes.length, "intent")}, another plan`] : []),
  ];
  return reasons.length === 0 ? undefined : `Times were not compared: ${reasons.join("; ")}.`;
}

function intentOf({ intent }: ComparedPair): string {
  return intent;
}

/** Of the baseline if it has the intent, else of the newest run that has it: under the same settings, in any arm. */
function newestWith(
  { intent, target, trials }: IntentDigest,
  rows: readonly HistoryRow[],
  baseline: readonly HistoryRow[],
): readonly HistoryRow[] {
  const [settings] = trials.map(({ plan }) => plan.settings);
  const series = seriesOf({ target, ...(settings && { settings }), intent, arm: treatmentArm });
  const isOf = (row: HistoryRow): boolean => seriesOf({ ...row, arm: treatmentArm }) === series;
  const own = baseline.filter(isOf);
  if (own.length > 0) return own;
  const others = rows.filter(isOf);
  return others.filter(({ run }) => run === others.at(-1)?.run);
}

function outcomeChange(intent: IntentDigest, before: readonly HistoryRow[]): readonly Change[] {
  const change = (kind: Change["kind"], says: string): Change[] => [{ intent: intent.intent, kind, says }];
  const [first] = before;
  if (intent.trials.length === 0) return change("not-run", "no trial of it was done in this run");
  if (first === undefined) return change("new", `no run of the last 90 days has it; ${intent.outcome} now`);
  const was = worstOutcome(before.map(({ outcome }) => outcome));
  const { outcome } = intent;
  if (was === outcome) return [];
  const rules = [...new Set(before.flatMap(({ against }) => against))];
  const because = rules.length === 0 ? "" : ` (${rules.slice(0, 3).join(", ")})`;
  if (outcome === "pass" && isFailure(was)) return change("fixed", `${was} in ${first.run}${because}, passes now`);
  if (was === "pass" && isFailure(outcome))
    return change("new-failure", `passed in ${first.run}, ${outcome} now${nowBecause(intent)}`);
  return change("other-outcome", `${was} in ${first.run}${because}, ${outcome} now${nowBecause(intent)}`);
}

/** What was not seen neither failed nor was it mended. */
function isFailure(outcome: TrialOutcome): boolean {
  return outcome === "fail" || outcome === "residue";
}

function nowBecause({ trials }: IntentDigest): string {
  const against = trials.flatMap(({ verdict }) => verdict.findings.filter(({ outcome }) => outcome !== "pass"));
  const rules = [...new Set(against.map(({ rule }) => rule))];
  return rules.length === 0 ? "" : ` (${rules.slice(0, 3).join(", ")})`;
}

function timeChange({ intent, time, verdict, ratio, before, after, p }: ComparedPair): readonly Change[] {
  if (verdict === "no evidence") return [];
  const trials = `${before.n} and ${counted(after.n, "trial")}, p ${pText(p)}`;
  const isSlower = verdict === "regression";
  const isFinite = Number.isFinite(ratio.ratio) && ratio.ratio > 0;
  const how = isFinite ? `${ratio.ratio.toFixed(2)} times as long as` : isSlower ? "longer than" : "less long than";
  const says = `${time.toUpperCase()} takes ${how} in the 90 days before (${trials})`;
  return [{ intent, kind: isSlower ? "slower" : "quicker", says }];
}

/** Only a suite says which intents should be there, and a shard has but a part of them. */
function gone(run: RunDigest, baseline: readonly HistoryRow[]): readonly Change[] {
  const [first] = baseline;
  if (first === undefined || run.shard !== undefined || run.suite === null || first.suite !== run.suite) return [];
  const there = new Set(run.intents.map(({ intent }) => intent));
  const missing = [...new Set(baseline.map(({ intent }) => intent))].filter((intent) => !there.has(intent));
  return missing.map((intent) => ({ intent, kind: "gone", says: `it was in ${first.run}, and is not in this run` }));
}
