// `rebound report DIR`: writes the HTML, JUnit and Markdown of a run folder again from what was recorded and judged
// then. A run that was killed before it judged anything is judged now, and gets its run.json.

import { dirname } from "node:path";
import { trialsOf } from "../../core/digest.ts";
import { readPast } from "../../history/past-nights.ts";
import { writeReports } from "../../reporters/write-reports.ts";
import { judgeAgain, readerOf, readRecorded } from "../../run/recorded.ts";
import { makeReporters } from "../../reporters/index.ts";
import { traceFiles } from "../../reporters/trace-files.ts";
import { metricsOut, type MetricsOptions } from "../../run/metrics-out.ts";
import { onTrouble, sayLines } from "../table.ts";
import { noteLines, skippedLines } from "../../run/recorded-words.ts";

export interface ReportOptions extends MetricsOptions {
  /** Write each trial's timeline as a trace as well. */
  readonly trace?: boolean;
}

/** Renders a recorded run again; verdicts stay as recorded, where there are any. */
export async function report(dir: string, options: ReportOptions): Promise<number> {
  const more = [...(options.trace === true ? [traceFiles] : []), ...metricsOut(options, onTrouble)];
  const recorded = await readRecorded(dir);
  sayLines(noteLines(recorded));
  const { runDir, run, trials } = recorded;
  const judged =
    run === undefined ? await judgeAgain(recorded) : { result: run, judged: trials, skipped: recorded.skipped };
  const { timelineOf, unread } = readerOf(judged.judged);
  const pastOf = await readPast(dirname(runDir), judged.result, (says) => sayLines(noteLines({ notes: [says] })));
  const end = { dir: runDir, result: judged.result, trialOf: trialsOf(judged.result), timelineOf, pastOf };
  const { path, failure } = await writeReports([...makeReporters(process.stdout), ...more], end);
  sayLines(skippedLines([...judged.skipped, ...unread]));
  if (failure !== undefined) throw failure;
  process.stdout.write(`${path}\n`);
  return 0;
}
