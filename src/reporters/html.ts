// index.html of a run.

import { htmlPieces } from "../report/html.ts";
import { pagedTrials } from "../report/paged.ts";
import type { RunDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import type { Reporter, RunEnd } from "./reporter.ts";
import { writeReport } from "../store/results.ts";

/** Of each trial of which not all could be read, why. */
function amissSentences({ intents }: RunDigest, amissOf: RunEnd["amissOf"] = () => ""): readonly string[] {
  return intents.flatMap(({ trials }) =>
    trials.flatMap(({ plan }) => {
      const amiss = amissOf(plan);
      return amiss === "" ? [] : [`${trialName(plan)}: ${amiss}. Its page shows the rest.`];
    }),
  );
}

export const html: Reporter = {
  name: "html",
  finish: ({ dir, result, pages, pastOf, amissOf }) =>
    writeReport(
      dir,
      "index.html",
      htmlPieces(result, pagedTrials(result, pages), pastOf, amissSentences(result, amissOf)),
    ),
};
