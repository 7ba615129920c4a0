// The pages of trials, each in its trial's folder: one timeline at a time is read from the disk.

import { trialName } from "../core/plan.ts";
import { blocksOf } from "../report/page-model.ts";
import { pagedTrials } from "../report/paged.ts";
import { trialPage } from "../report/trial-page.ts";
import { trialPageName } from "../report/trial-place.ts";
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

async function write(
  { dir, result, timelineOf, pastOf }: RunEnd,
  trial: Parameters<typeof trialPage>[0],
  { place, block }: Pick<Setting, "place" | "block">,
): Promise<void> {
  const { plan } = trial;
  const timeline = await timelineOf(plan);
  const past = pastOf?.(plan) ?? [];
  const text = await trialPage(trial, { place, timeline, block, past, seed: result.seed });
  await writeTrialReport(dir, plan, { name: trialPageName, text });
}
