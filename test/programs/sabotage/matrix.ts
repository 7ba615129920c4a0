// The matrix that is printed: each planted defect against the rules that failed for it, the expected one marked. Pure.

import type { Expected } from "./expectation.ts";
import type { Catch } from "./matching.ts";

export interface Row {
  readonly expected: Pick<Expected, "defect" | "intent" | "arm" | "rule">;
  readonly caught: Catch;
  /** Trials that were had once more because the machine had been too busy to measure. */
  readonly again: number;
}

const marks = { expected: "●", also: "○", none: "·" } as const;

/**
 * Defects down, rules across (only those that failed for any), ● the expected rule and it failed, ○ failed as well, ✗
 * expected and not.
 */
export function matrix(rows: readonly Row[], ruleOrder: readonly string[]): string {
  const seen = new Set(rows.flatMap(({ expected, caught }) => [expected.rule, ...caught.failed]));
  const known = ruleOrder.filter((rule) => seen.has(rule));
  const rules = [...known, ...[...seen].filter((rule) => !known.includes(rule))];
  const width = Math.max(0, ...rows.map(({ expected }) => expected.defect.length));
  const legend = rules.map((rule, index) => `  ${letter(index)}  ${rule}`);
  const head = `${"".padEnd(width)}  ${rules.map((_, index) => letter(index)).join(" ")}  by`;
  const lines = rows.map(({ expected, caught, again }) => {
    const cells = rules.map((rule) => cell(rule, expected.rule, caught)).join(" ");
    const answer = caught.word === "caught" ? "" : `  NOT CAUGHT (${caught.word})`;
    const twice = again === 0 ? "" : `  (${again} × once more: the machine had been too busy)`;
    return `${expected.defect.padEnd(width)}  ${cells}  ${expected.intent} ${expected.arm}${answer}${twice}`;
  });
  return [
    head,
    ...lines,
    "",
    ...legend,
    "  ● failed as expected   ○ failed as well   ✗ expected, and did not fail",
  ].join("\n");
}

function letter(index: number): string {
  return String.fromCodePoint("A".codePointAt(0)! + index);
}

function cell(rule: string, wanted: string, { word, failed }: Catch): string {
  if (rule === wanted) return word === "caught" ? marks.expected : "✗";
  return failed.includes(rule) ? marks.also : marks.none;
}

export interface CleanRound {
  readonly number: number;
  /** Trials that did not pass, each with its reason. */
  readonly against: readonly string[];
  readonly trials: number;
}

/** One line for all rounds, and one for each trial that did not pass. */
export function cleanReport(rounds: readonly CleanRound[]): string {
  const good = rounds.filter(({ against, trials }) => against.length === 0 && trials > 0).length;
  const trials = rounds.reduce((sum, round) => sum + round.trials, 0);
  const lines = rounds.flatMap(({ number, against }) => against.map((why) => `  round ${number}: ${why}`));
  return [`unsabotaged: ${good} of ${rounds.length} rounds passed (${trials} trials)`, ...lines].join("\n");
}

/**
 * True when every defect was caught by its own rule and every clean round passed; nothing run is no success. On a
 * machine that is `starved` on purpose a trial may say nothing of its defect.
 */
export function allWell(rows: readonly Row[], rounds: readonly CleanRound[], starved = false): boolean {
  if (rows.length + rounds.length === 0) return false;
  const caught = rows.every((row) => row.caught.word === "caught" || (starved && row.caught.word === "unclear"));
  return caught && rounds.every(({ against, trials }) => against.length === 0 && trials > 0);
}
