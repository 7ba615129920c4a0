// The whole of a recorded run in memory: for runs of a few trials.

import type { RunResult } from "../../src/records/results/run-result.ts";
import { openRun } from "../../src/store/open-run.ts";

/** Reads and validates run.json of a run folder (or of `latest`). */
export async function readRun(runDir: string): Promise<RunResult> {
  const { run, trialOf, close } = await openRun(runDir);
  try {
    const intents = run.intents.map(async (intent) => ({
      ...intent,
      trials: await Promise.all(intent.trials.map(({ plan }) => trialOf(plan))),
    }));
    return { ...run, intents: await Promise.all(intents) };
  } finally {
    await close();
  }
}
