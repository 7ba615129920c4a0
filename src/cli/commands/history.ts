// `rebound history`: what is kept of all runs, in a row a trial.

import { historyDirOf, rowsFileOf } from "../../history/rows-file.ts";
import { openHistory, skippedWords, type OpenHistory } from "../../history/open-history.ts";
import { historyLines } from "../../report/history-text.ts";
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
