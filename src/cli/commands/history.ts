// `rebound history`: what is kept of all runs, in a row a trial.

import { historyDirOf, rowsFileOf } from "../../history/rows-file.ts";
import { openHistory, skippedWords, type OpenHistory } from "../../history/open-history.ts";
import { HarnessError } from "../../core/errors.ts";
import { known } from "../../core/known.ts";
import { planPruning, prune, type Keep } from "../../history/prune.ts";
import { csvLines } from "../../report/history-csv.ts";
import { historyLines, pruningLines } from "../../report/history-text.ts";
import { exitCodes } from "../exit.ts";
import { printLines, sayLines } from "../table.ts";

export interface HistoryOptions {
  /** The folder that the runs' folders lie in. */
  readonly out: string;
  /** Runs to show at most. */
  readonly last: number;
}

/** Opens the history beside the runs in `out`; what is wrong with it is said on stderr. */
async function open({ out }: Pick<HistoryOptions, "out">): Promise<OpenHistory> {
  const dir = historyDirOf(out);
  const history = await openHistory(dir, (note) => sayLines([`note: ${note}`]));
  sayLines(await skippedWords(history, rowsFileOf(dir)));
  return history;
}

/** Prints the newest runs. */
export async function listHistory(options: HistoryOptions): Promise<number> {
  using history = await open(options);
  printLines(historyLines(await history.runs(), options.last));
  return exitCodes.pass;
}

const dayMs = 86_400_000;

export interface PruneOptions extends Pick<HistoryOptions, "out"> {
  /** Runs that began longer ago go, days. */
  readonly olderThan?: number;
  /** Only so many of the newest runs stay. */
  readonly keep?: number;
  /** Without it nothing is written. */
  readonly yes?: true;
}

/** Says which runs go, and takes them out if `yes` is given. */
export async function pruneHistory({ out, olderThan, keep, yes }: PruneOptions): Promise<number> {
  if (olderThan === undefined && keep === undefined) {
    throw new HarnessError("bad-input", "nothing says what shall go", {
      hint: "give --older-than 90, --keep 200, or both",
    });
  }
  const now = new Date();
  const kept = known<Keep>({
    since: olderThan === undefined ? undefined : now.getTime() - olderThan * dayMs,
    newest: keep,
  });
  const dir = historyDirOf(out);
  printLines(pruningLines(yes ? await prune(dir, kept, now) : await planPruning(dir, kept)));
  return exitCodes.pass;
}

/** Writes all rows as CSV to stdout. */
export async function exportHistory(options: Pick<HistoryOptions, "out">): Promise<number> {
  using history = await open(options);
  for (const line of csvLines(await history.rows({}))) process.stdout.write(line);
  return exitCodes.pass;
}
