// The history on a terminal. What a target or a healer named is made harmless here.

import { counted } from "../core/text.ts";
import { oneLine } from "./text.ts";

/** What is shown of a run of the history. */
export interface ListedRun {
  readonly run: string;
  /** ISO 8601. */
  readonly started: string;
  readonly suite: string | null;
  readonly harness: string;
  /** Trials by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const order = ["pass", "fail", "residue", "inconclusive", "invalid"];

/** The newest `most` runs, oldest of them first, a line each; then how many there are. */
export function historyLines(runs: readonly ListedRun[], most: number): readonly string[] {
  const shown = runs.slice(-most);
  const width = Math.max(0, ...shown.map(({ run }) => run.length));
  const lines = shown.map(({ run, started, suite, harness, outcomes }) => {
    const trials = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
    const counts = order.flatMap((outcome) =>
      outcomes[outcome] === undefined ? [] : `${outcomes[outcome]} ${outcome}`,
    );
    const when = started.slice(0, 16).replace("T", " ");
    const what = `${suite === null ? "chosen intents" : `suite ${suite}`}, rebound ${harness}`;
    return oneLine(
      `${when}  ${run.padEnd(width, "\u00a0")}  ${counted(trials, "trial")}: ${counts.join(", ")}  (${what})`,
    );
  });
  const total = runs.reduce((sum, { outcomes }) => sum + Object.values(outcomes).reduce((all, n) => all + n, 0), 0);
  const all = `${counted(runs.length, "run")} with ${counted(total, "trial")} in all`;
  return [...lines, shown.length < runs.length ? `${all}, the last ${shown.length} shown` : all];
}
