// The pages of a run that is in memory; the product reads one trial at a time.

import { trialName } from "../../src/core/plan.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { HistoryRow } from "../../src/records/history-row.ts";
import type { TrialPlan } from "../../src/records/plan.ts";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { htmlPieces } from "../../src/report/html.ts";
import { blocksOf } from "../../src/report/page-model.ts";
import { trialPage } from "../../src/report/trial-page.ts";
import { trialScript } from "../../src/report/trial-script/script.ts";
import { trialHref } from "../../src/report/trial-place.ts";

/** By their path in the folder of the run; a trial without a record is drawn from its windows. */
export async function renderPages(
  run: RunResult,
  records: readonly TrialRecord[],
  past: (plan: TrialPlan) => readonly HistoryRow[] = () => [],
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map([["index.html", [...htmlPieces(run, undefined, past)].join("")]]);
  for (const places of blocksOf(run)) {
    const block = places.map(({ trial }) => trial);
    for (const { trial, place } of places) {
      const record = records.find(({ plan }) => trialName(plan) === trialName(trial.plan));
      const setting = { place, timeline: record?.timeline ?? null, block, past: past(trial.plan), seed: run.seed };
      pages.set(trialHref(trial.plan), await trialPage(trial, setting));
    }
  }
  return pages;
}

/** All of them in one text: the page of the run, then those of its trials in order, without our own script. */
export async function renderHtml(run: RunResult, records: readonly TrialRecord[]): Promise<string> {
  return [...(await renderPages(run, records)).values()].join("").replaceAll(`<script>${trialScript}</script>`, "");
}
