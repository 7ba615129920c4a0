// `rebound report DIR`: writes the HTML, JUnit and Markdown of a run folder again from what was recorded and judged
// then. A run that was killed before it judged anything is judged now, and gets its run.json.

import { writeReports } from "../reports.ts";
import { judgeAgain, readRecorded, recordsOf } from "../../run/recorded.ts";
import { sayNotes, saySkipped } from "../recorded-words.ts";

/** Renders a recorded run again; verdicts stay as recorded, where there are any. */
export async function report(dir: string): Promise<number> {
  const recorded = await readRecorded(dir);
  sayNotes(recorded);
  const { runDir, run, trials } = recorded;
  const judged =
    run === undefined ? await judgeAgain(recorded) : { result: run, judged: trials, skipped: recorded.skipped };
  const { records, unread } = await recordsOf(judged.judged);
  saySkipped([...judged.skipped, ...unread]);
  const path = await writeReports(runDir, judged.result, records);
  process.stdout.write(`${path}\n`);
  return 0;
}
