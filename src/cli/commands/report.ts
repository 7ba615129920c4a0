// `rebound report DIR`: writes the HTML, JUnit and Markdown of a run folder again from what was recorded and judged then.

import { readRun, readTrials, resolveRunDir } from "../../store/run-folder.ts";
import { writeReports } from "../finish-run.ts";

/** Renders a recorded run again; verdicts stay as recorded. */
export async function report(dir: string): Promise<number> {
  const runDir = await resolveRunDir(dir);
  const path = await writeReports(runDir, await readRun(runDir), await readTrials(runDir));
  process.stdout.write(`${path}\n`);
  return 0;
}
