// The report of a run that is in memory; the product reads one trial at a time.

import { trialName } from "../../src/core/plan.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { htmlPieces } from "../../src/report/html.ts";

/** The whole page; a trial without a record is drawn from its windows. */
export async function renderHtml(run: RunResult, records: readonly TrialRecord[]): Promise<string> {
  const trials = run.intents.flatMap((intent) => intent.trials);
  let page = "";
  const source = {
    trialOf: async (plan: TrialRecord["plan"]) => {
      const found = trials.find((trial) => trial.plan === plan);
      if (found === undefined) throw new Error(`no trial ${trialName(plan)}`);
      return found;
    },
    timelineOf: async (plan: TrialRecord["plan"]) =>
      records.find((record) => trialName(record.plan) === trialName(plan))?.timeline ?? null,
  };
  for await (const piece of htmlPieces(run, source)) page += piece;
  return page;
}
