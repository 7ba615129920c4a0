// Model → index.html of a run: one offline file that leads to the trials' pages, each of which is a file of its own.

import type { RunDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import { compiled, definePartials } from "./engine.ts";
import { pageModel, trialPlaces } from "./page-model.ts";
import type { IntentModel, PageModel } from "./page-model.ts";
import { pagedTrials, unpagedSentence, type Paged } from "./paged.ts";
import { trendsModel, type PastTrials, type TrendsModel } from "./trends-model.ts";
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
import { incidentsTemplate } from "./templates/incidents.ts";
import { trendsTemplate } from "./templates/trends.ts";
import { triageTemplate } from "./templates/triage.ts";
import { worstTemplate } from "./templates/worst.ts";

definePartials({
  badge: badgeTemplate,
  figure: figureTemplate,
  matrix: matrixTemplate,
  changes: changesTemplate,
  incidents: incidentsTemplate,
  trends: trendsTemplate,
  triage: triageTemplate,
  worst: worstTemplate,
  scorecard: scorecardTemplate,
});
/** What a page about a run is made of. */
export type SuiteModel = PageModel & { readonly unpaged: string; readonly trends: TrendsModel | null };
const page: (model: SuiteModel) => string = compiled(pageTemplate);
const pageEnd: (model: PageModel) => string = compiled(pageEndTemplate);
const intentOf: (model: IntentModel) => string = compiled(intentTemplate);
const trialOf: (model: TrialLine) => string = compiled(trialLineTemplate);

/** What stands before and after the intents; `pastOf`: without it no trend is shown. */
interface Frame {
  readonly begin: (model: SuiteModel) => string;
  readonly end: (model: SuiteModel) => string;
  readonly pastOf?: PastTrials | undefined;
}

/**
 * The page in order, piece by piece; it leads to trials that have a page. `pastOf`: without it no trend is shown;
 * `amiss`: what could not be read of trials, a sentence each.
 */
export function* htmlPieces(
  run: RunDigest,
  paged: Paged = pagedTrials(run),
  pastOf?: PastTrials,
  amiss: readonly string[] = [],
): Generator<string> {
  const begin = (model: SuiteModel): string => page({ ...model, missing: [...model.missing, ...amiss] });
  yield* suitePieces(run, paged, { begin, end: pageEnd, pastOf });
}

/** The same with another begin and end. */
export function* suitePieces(run: RunDigest, paged: Paged, { begin, end, pastOf }: Frame): Generator<string> {
  const model = { ...pageModel(run), unpaged: unpagedSentence(run, paged), trends: trendsModel(run, pastOf) };
  yield begin(model);
  for (const [index, intent] of run.intents.entries()) {
    const about = model.intents[index];
    if (about !== undefined) yield intentOf(about);
    if (intent.trials.length === 0) yield noTrialTemplate;
    for (const { trial, place } of trialPlaces(intent, index))
      yield trialOf(trialLine(trial, place, paged.has(trialName(trial.plan))));
    yield intentEndTemplate;
  }
  yield end(model);
}
