// `rebound history`: what is kept of all runs, in a row a trial.

import { historyDirOf, rowsFileOf } from "../../history/rows-file.ts";
import { readSweeps } from "../../history/sweep-rows.ts";
import { openHistory, skippedWords, type OpenHistory } from "../../history/open-history.ts";
import type { PruneWish } from "../../history/prune.ts";
import { csvLines } from "../../report/history-csv.ts";
import { historyLines, pruningLines } from "../../report/history-text.ts";
import { predictionLines } from "../../report/prediction-text.ts";
import { doseTrendLines } from "../../report/sweep-text.ts";
import { trendLines } from "../../report/trend-text.ts";
import { pruneRuns } from "../../run/prune-runs.ts";
import { doseTrends } from "../../verdict/dose-trend.ts";
import { trendsOf } from "../../verdict/trend.ts";
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

export interface PruneOptions extends Pick<HistoryOptions, "out">, PruneWish {
  /** Without it nothing is written. */
  readonly yes?: true;
}

/** Says which runs go, and takes them out if `yes` is given. */
export async function pruneHistory({ out, yes, ...wish }: PruneOptions): Promise<number> {
  printLines(pruningLines(await pruneRuns(historyDirOf(out), wish, yes === true)));
  return exitCodes.pass;
}

/** Writes all rows as CSV to stdout. */
export async function exportHistory(options: Pick<HistoryOptions, "out">): Promise<number> {
  using history = await open(options);
  for (const line of csvLines(await history.rows({}))) process.stdout.write(line);
  return exitCodes.pass;
}

/** Prints how MTTR went from run to run, of one intent or of all. */
export async function trendOfHistory(
  intent: string | undefined,
  options: Pick<HistoryOptions, "out">,
): Promise<number> {
  using history = await open(options);
  const rows = await history.rows(intent === undefined ? {} : { intents: [intent] });
  printLines([...trendLines(trendsOf(rows, intent)), ...predictionLines(rows)]);
  return exitCodes.pass;
}

/** Prints how the breaking dose went from sweep to sweep, of one intent or of all. */
export async function dosesOfHistory(
  intent: string | undefined,
  { out }: Pick<HistoryOptions, "out">,
): Promise<number> {
  const { rows, notes } = await readSweeps(out);
  sayLines(notes);
  printLines(doseTrendLines(doseTrends(rows, intent)));
  return exitCodes.pass;
}
