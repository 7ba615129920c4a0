// The timeline of each trial as a trace that Perfetto opens; written when it is asked for, as it is as large as the
// timeline.

import { traceFile, traceFileName } from "../report/trace-events.ts";
import type { Reporter } from "./reporter.ts";
import { writeTrialReport } from "../store/results.ts";

export const traceFiles: Reporter = {
  name: "trace files",
  async finish({ dir, result, trialOf, timelineOf }) {
    for (const { plan } of result.intents.flatMap(({ trials }) => trials)) {
      const text = `${JSON.stringify(traceFile(await trialOf(plan), (await timelineOf(plan)) ?? []))}\n`;
      await writeTrialReport(dir, plan, { name: traceFileName, text });
    }
  },
};
