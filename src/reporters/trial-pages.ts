// The pages of trials, each in its trial's folder: one timeline at a time is read from the disk.

import { trialName } from "../core/plan.ts";
import { blocksOf } from "../report/page-model.ts";
import { pagedTrials } from "../report/paged.ts";
import { trialPage } from "../report/trial-page.ts";
import { trialHref, trialPageName } from "../report/trial-place.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { Reporter, RunEnd } from "./reporter.ts";
import { writeTrialReport } from "../store/results.ts";

export const trialPages: Reporter = {
  name: "trial pages",
  /** A trial that cannot be read costs its own page alone; the first failure is thrown once all others are written. */
  async finish(end) {
    const failures: unknown[] = [];
    const paged = pagedTrials(end.result, end.pages);
    for (const places of blocksOf(end.result)) {
      // A block has pages as a whole: each leads to the others.
      if (!places.some(({ trial }) => paged.has(trialName(trial.plan)))) continue;
      const read = await Promise.allSettled(places.map(({ trial }) => end.trialOf(trial.plan)));
      const block = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      for (const [at, { place }] of places.entries()) {
        const one = read[at];
        if (one?.status === "rejected") failures.push(one.reason);
        if (one?.status !== "fulfilled") continue;
        await write(end, one.value, { place, block }).catch((thrown: unknown) => failures.push(thrown));
      }
    }
    if (failures.length > 0) throw failures[0];
  },
};

type Setting = Parameters<typeof trialPage>[1];
type Around = Pick<Setting, "place" | "block">;

async function write(end: RunEnd, trial: TrialResult, around: Around): Promise<void> {
  const text = await textOf(end, trial, around);
  await writeTrialReport(end.dir, trial.plan, { name: trialPageName, text });
}

/** Of what there is of a run while it goes on, too. */
type OfRun = Pick<RunEnd, "result" | "trialOf" | "timelineOf" | "amissOf" | "pastOf">;

async function textOf(
  { result, timelineOf, amissOf, pastOf }: OfRun,
  trial: TrialResult,
  around: Around,
): Promise<string> {
  const { plan } = trial;
  const timeline = await timelineOf(plan);
  const amiss = amissOf?.(plan) ?? "";
  return trialPage(trial, { ...around, timeline, amiss, past: pastOf?.(plan) ?? [], seed: result.seed });
}

/** The page that the page of the run leads to by this path; undefined: no trial of the run has it. */
export async function trialPageAt(run: OfRun, path: string): Promise<string | undefined> {
  const places = blocksOf(run.result).find((block) => block.some(({ trial }) => trialHref(trial.plan) === path)) ?? [];
  const block = await Promise.all(places.map(({ trial }) => run.trialOf(trial.plan)));
  for (const [at, { trial, place }] of places.entries()) {
    const whole = block[at];
    if (whole !== undefined && trialHref(trial.plan) === path) return textOf(run, whole, { place, block });
  }
  return undefined;
}
