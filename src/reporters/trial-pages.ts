// The page of each trial, in its folder: one trial's timeline at a time is read from the disk.

import { trialPlaces } from "../report/page-model.ts";
import { trialPage } from "../report/trial-page.ts";
import { trialPageName } from "../report/trial-place.ts";
import type { Reporter } from "./reporter.ts";
import { writeTrialReport } from "../store/results.ts";

export const trialPages: Reporter = {
  name: "trial pages",
  async finish({ dir, result, trialOf, timelineOf }) {
    for (const [index, intent] of result.intents.entries()) {
      for (const { trial, place } of trialPlaces(intent, index)) {
        const { plan } = trial;
        const [whole, timeline] = [await trialOf(plan), await timelineOf(plan)];
        const page = await trialPage(whole, { place, timeline, seed: result.seed });
        await writeTrialReport(dir, plan, { name: trialPageName, text: page });
      }
    }
  },
};
