// What came of each trial beside busy processes, as a table, and whether that is well. Pure.

import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { decidingFinding } from "../../../src/verdict/judge-trial.ts";

/** One run of the suite. */
export interface Round {
  readonly seed: number;
  readonly trials: readonly TrialResult[];
  /** Why the run did not come to its end, when it did not; trials may be missing then. */
  readonly trouble?: string;
  readonly tookMs: number;
}

/** Intents and arms down, seeds across: outcome, and of what is neither pass nor fail the rule that decided. */
export function tableOf(rounds: readonly Round[]): string {
  const rows = [...new Set(rounds.flatMap(({ trials }) => trials.map(nameOf)))].toSorted();
  const heads = rounds.map(({ seed }) => `seed ${seed}`);
  const cells = rows.map((row) =>
    rounds.map(
      ({ trials }) =>
        trials
          .filter((trial) => nameOf(trial) === row)
          .map(wordOf)
          .join(", ") || "–",
    ),
  );
  const first = Math.max(0, ...rows.map((row) => row.length));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((line) => (line[column] ?? "").length)),
  );
  const line = (name: string, fields: readonly string[]): string =>
    [name.padEnd(first), ...fields.map((field, column) => field.padEnd(widths[column] ?? 0))].join("  ").trimEnd();
  return [line("", heads), ...rows.map((row, index) => line(row, cells[index] ?? []))].join("\n");
}

/** Every trial that did not pass, with its reason. */
export function reasonsOf(rounds: readonly Round[]): string[] {
  return rounds.flatMap(({ seed, trials, trouble }) => [
    ...(trouble === undefined ? [] : [`seed ${seed}: ${trouble}`]),
    ...trials
      .filter(({ verdict }) => verdict.outcome !== "pass")
      .map((trial) => `seed ${seed}: ${nameOf(trial)} ${wordOf(trial)}: ${saysOf(trial)}`),
  ]);
}

/**
 * What is not well. Beside busy processes: a trial that failed or left residue, since nothing is wrong with the stack.
 * Alone: one that did not pass. A run without trials, or one that broke off, is not well either way.
 */
export function against(rounds: readonly Round[], alone: boolean): string[] {
  const bad = (trial: TrialResult): boolean => {
    const { outcome } = trial.verdict;
    return alone ? outcome !== "pass" : outcome === "fail" || outcome === "residue";
  };
  return rounds.flatMap(({ seed, trials, trouble }) => [
    ...(trials.length === 0 ? [`seed ${seed}: nothing was judged`] : []),
    ...(trials.length > 0 && trouble !== undefined ? [`seed ${seed}: the run did not come to its end`] : []),
    ...trials.filter(bad).map((trial) => `seed ${seed}: ${nameOf(trial)} ${wordOf(trial)}`),
  ]);
}

/** How many trials came out how. */
export function countsOf(rounds: readonly Round[]): string {
  const counts = new Map<string, number>();
  for (const trial of rounds.flatMap(({ trials }) => trials))
    counts.set(wordOf(trial), (counts.get(wordOf(trial)) ?? 0) + 1);
  return (
    [...counts]
      .map(([word, count]) => `${count} ${word}`)
      .toSorted()
      .join(", ") || "no trial"
  );
}

function nameOf({ plan }: TrialResult): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

function wordOf({ verdict }: TrialResult): string {
  const { outcome, findings } = verdict;
  if (outcome === "pass") return "pass";
  const rule = decidingFinding(findings)?.rule;
  if (outcome === "inconclusive" && rule === "environment-calm") return "environment";
  return rule === undefined ? outcome : `${outcome} (${rule})`;
}

function saysOf({ verdict }: TrialResult): string {
  return decidingFinding(verdict.findings)?.says ?? "nothing was judged";
}
