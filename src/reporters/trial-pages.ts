// The page of each trial, in its folder: one trial's timeline at a time is read from the disk.

import { blocksOf } from "../report/page-model.ts";
import { trialPage } from "../report/trial-page.ts";
import { trialPageName } from "../report/trial-place.ts";
import type { Reporter } from "./reporter.ts";
import { writeTrialReport } from "../store/results.ts";

export const trialPages: Reporter = {
  name: "trial pages",
  async finish({ dir, result, trialOf, timelineOf, pastOf }) {
    for (const places of blocksOf(result)) {
      const block = await Promise.all(places.map(({ trial }) => trialOf(trial.plan)));
      for (const [at, trial] of block.entries()) {
        const place = places[at]?.place;
        if (place === undefined) continue;
        const timeline = await timelineOf(trial.plan);
        const past = pastOf?.(trial.plan) ?? [];
        const text = await trialPage(trial, { place, timeline, block, past, seed: result.seed });
        await writeTrialReport(dir, trial.plan, { name: trialPageName, text });
      }
    }
  },
};
