// Model → index.html of a run: one offline file that leads to the trials' pages, each of which is a file of its own.

import type { RunDigest } from "../core/digest.ts";
import { compiled, definePartials } from "./engine.ts";
import { pageModel, trialPlaces } from "./page-model.ts";
import type { IntentModel, PageModel } from "./page-model.ts";
import { trialLine } from "./trial-line.ts";
import type { TrialLine } from "./trial-line.ts";
import {
  badgeTemplate,
  figureTemplate,
  intentEndTemplate,
  intentTemplate,
  noTrialTemplate,
  pageEndTemplate,
  pageTemplate,
} from "./templates/page.ts";
import { matrixTemplate } from "./templates/matrix.ts";
import { scorecardTemplate } from "./templates/scorecard.ts";
import { trialLineTemplate } from "./templates/trial-line.ts";
import { changesTemplate } from "./templates/changes.ts";
import { triageTemplate } from "./templates/triage.ts";
import { worstTemplate } from "./templates/worst.ts";

definePartials({
  badge: badgeTemplate,
  figure: figureTemplate,
  matrix: matrixTemplate,
  changes: changesTemplate,
  triage: triageTemplate,
  worst: worstTemplate,
  scorecard: scorecardTemplate,
});
const page: (model: PageModel) => string = compiled(pageTemplate);
const pageEnd: (model: PageModel) => string = compiled(pageEndTemplate);
const intentOf: (model: IntentModel) => string = compiled(intentTemplate);
const trialOf: (model: TrialLine) => string = compiled(trialLineTemplate);

/** The page in order, piece by piece. */
export function* htmlPieces(run: RunDigest): Generator<string> {
  const model = pageModel(run);
  yield page(model);
  for (const [index, intent] of run.intents.entries()) {
    const about = model.intents[index];
    if (about !== undefined) yield intentOf(about);
    if (intent.trials.length === 0) yield noTrialTemplate;
    for (const { trial, place } of trialPlaces(intent, index)) yield trialOf(trialLine(trial, place));
    yield intentEndTemplate;
  }
  yield pageEnd(model);
}
