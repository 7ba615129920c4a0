// `rebound report DIR`: writes the HTML, JUnit and Markdown of a run folder again; touches no machine.

import { makeReporters } from "../../reporters/index.ts";
import { traceFiles } from "../../reporters/trace-files.ts";
import { metricsOut, type MetricsOptions } from "../../run/metrics-out.ts";
import { reportAgain } from "../../run/report-again.ts";
import { onTrouble, printLines, sayLines } from "../table.ts";
import { noteLines, skippedLines } from "../../run/recorded-words.ts";

export interface ReportOptions extends MetricsOptions {
  /** Write each trial's timeline as a trace as well. */
  readonly trace?: boolean;
  /** Trials that get a page even in a long run: "all", or the folder of one. */
  readonly pages?: string;
}

/** Renders a recorded run again; verdicts stay as recorded, where there are any. */
export async function report(dir: string, { trace, pages, ...options }: ReportOptions): Promise<number> {
  const more = [...(trace === true ? [traceFiles] : []), ...metricsOut(options, onTrouble)];
  const reporters = [...makeReporters(process.stdout), ...more];
  const note = (says: string): void => sayLines(noteLines({ notes: [says] }));
  const { path, skipped, failure } = await reportAgain(dir, { reporters, note, ...(pages && { pages }) });
  sayLines(skippedLines(skipped));
  if (failure !== undefined) throw failure;
  printLines([path]);
  return 0;
}
