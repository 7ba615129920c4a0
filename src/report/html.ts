// Model → one offline HTML file. Every word goes through Handlebars' escaping; there is no way around it in the
// templates.

import Handlebars from "handlebars";
import type { RunDigest, RunOf, TrialDigest } from "../core/digest.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { pageModel, trialPlaces } from "./page-model.ts";
import type { IntentModel, PageModel, TrialPlace } from "./page-model.ts";
import { trialModel } from "./trial-model.ts";
import type { TrialModel } from "./trial-model.ts";
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
import { legendTemplate, plotTemplate } from "./templates/plot.ts";
import { scorecardTemplate } from "./templates/scorecard.ts";
import { worstTemplate } from "./templates/worst.ts";
import { trialTemplate } from "./templates/trial.ts";
import { visible } from "./text.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

const engine = Handlebars.create();
for (const [name, source] of Object.entries({
  badge: badgeTemplate,
  figure: figureTemplate,
  legend: legendTemplate,
  matrix: matrixTemplate,
  worst: worstTemplate,
  plot: plotTemplate,
  scorecard: scorecardTemplate,
})) {
  engine.registerPartial(name, engine.compile(source, { strict: true }));
}
function compiled(source: string): (model: PageModel | IntentModel | TrialModel) => string {
  const template: (model: unknown, options: object) => string = engine.compile(source, { strict: true });
  const options = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };
  return (model) => template(printable(model), options);
}

const page = compiled(pageTemplate);
const pageEnd = compiled(pageEndTemplate);
const intentOf = compiled(intentTemplate);
const trialOf = compiled(trialTemplate);

/** A piece of the page, or the trial that stands there. */
type Piece<Trial extends TrialDigest> = string | { readonly trial: Trial; readonly place: TrialPlace };

/** The page in order. */
function* pieces<Trial extends TrialDigest>(run: RunOf<Trial>): Generator<Piece<Trial>> {
  const model = pageModel(run);
  yield page(model);
  for (const [index, intent] of run.intents.entries()) {
    const about = model.intents[index];
    if (about !== undefined) yield intentOf(about);
    if (intent.trials.length === 0) yield noTrialTemplate;
    yield* trialPlaces(intent, index);
    yield intentEndTemplate;
  }
  yield pageEnd(model);
}

/** What of a trial is not in its digest, asked for when it is drawn. */
export interface TrialSource {
  readonly trialOf: (plan: TrialPlan) => Promise<TrialResult>;
  /** null: it is not there. */
  readonly timelineOf: (plan: TrialPlan) => Promise<readonly TimelineEvent[] | null>;
}

/** The same page, piece by piece: each trial is let go before the next one is asked for. */
export async function* htmlPieces(run: RunDigest, source: TrialSource): AsyncGenerator<string> {
  for (const piece of pieces(run)) {
    if (typeof piece === "string") yield piece;
    else yield drawn(await source.trialOf(piece.trial.plan), piece.place, await source.timelineOf(piece.trial.plan));
  }
}

function drawn(trial: TrialResult, place: TrialPlace, timeline: readonly TimelineEvent[] | null | undefined): string {
  return trialOf(trialModel(trial, { ...place, timeline: timeline && timeline.length > 0 ? timeline : null }));
}

/** The same model with every text made visible: control characters and direction overrides never reach the page. */
function printable<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)])) as T;
}
