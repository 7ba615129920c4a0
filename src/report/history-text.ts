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

interface PrunedRun {
  readonly run: string;
  readonly started: string;
  readonly rows: number;
}

/** What is said of a pruning. */
interface ShownPruning {
  readonly runs: readonly PrunedRun[];
  /** Later runs with the id of one that goes. */
  readonly twice: readonly PrunedRun[];
  readonly rowsKept: number;
  /** Lines that are no rows. */
  readonly unread: number;
  /** Where the rows went; absent: nothing was done yet. */
  readonly file?: string;
}

/** Every run that goes, then what stays; and how to do it where it was not done yet. */
export function pruningLines({ runs, twice, rowsKept, unread, file }: ShownPruning): readonly string[] {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  const stays = `${counted(rowsKept, "row")} and ${counted(unread, "line")} that are no rows`;
  if (runs.length === 0) return [`nothing to take out: ${stays} stay`];
  const word = file === undefined ? "would go" : "gone";
  const lineOf = (says: string, { run, started, rows: n }: PrunedRun): string =>
    oneLine(`${says}  ${run}  ${started}  ${counted(n, "row")}`);
  const lines = [
    ...runs.map((run) => lineOf(word, run)),
    ...twice.map((run) => `${lineOf("stays", run)}, another run of the same id`),
  ];
  const all = `${counted(runs.length, "run")} with ${counted(rows, "row")}; ${stays} stay`;
  const done =
    file === undefined ? "nothing was changed; add --yes to take them out" : `taken out, and kept in ${file}`;
  return [...lines, all, oneLine(done)];
}
