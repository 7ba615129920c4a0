// Model → one offline HTML file. Every word goes through Handlebars' escaping; there is no way around it in the
// templates.

import Handlebars from "handlebars";
import { trialName } from "../core/plan.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TrialRecord } from "../core/verdict.ts";
import type { RunResult } from "../records/results/run-result.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { pageModel, trialPlaces } from "./page-model.ts";
import type { PageModel, TrialPlace } from "./page-model.ts";
import { trialModel } from "./trial-model.ts";
import type { TrialModel } from "./trial-model.ts";
import { badgeTemplate, figureTemplate, intentTemplate, pageTemplate } from "./templates/page.ts";
import { legendTemplate, plotTemplate } from "./templates/plot.ts";
import { scorecardTemplate } from "./templates/scorecard.ts";
import { trialTemplate } from "./templates/trial.ts";
import { visible } from "./text.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

const engine = Handlebars.create();
for (const [name, source] of Object.entries({
  badge: badgeTemplate,
  figure: figureTemplate,
  intent: intentTemplate,
  legend: legendTemplate,
  plot: plotTemplate,
  scorecard: scorecardTemplate,
  trial: trialTemplate,
})) {
  engine.registerPartial(name, engine.compile(source, { strict: true }));
}
const page = engine.compile<PageModel>(pageTemplate, { strict: true });

/**
 * The report as one self-contained HTML page; the records give it the healer's claims and the probes' readings. A trial
 * without a record, or whose timeline is empty, is drawn from its windows and says so.
 */
export function renderHtml(run: RunResult, records: readonly TrialRecord[]): string {
  const timelines = new Map(records.map(({ plan, timeline }) => [trialName(plan), timeline]));
  return render(pageModel(run, (trial, place) => modelOf(trial, place, timelines.get(trialName(trial.plan)))));
}

/** The same page; each timeline is asked for when its trial is drawn, and let go before the next one is. */
export async function renderHtmlFrom(
  run: RunResult,
  timelineOf: (plan: TrialPlan) => Promise<readonly TimelineEvent[] | null>,
): Promise<string> {
  const models = new Map<string, TrialModel>();
  for (const [index, intent] of run.intents.entries()) {
    for (const { trial, place } of trialPlaces(intent, index))
      models.set(place.id, modelOf(trial, place, await timelineOf(trial.plan)));
  }
  return render(pageModel(run, (trial, place) => models.get(place.id) ?? modelOf(trial, place, null)));
}

function modelOf(
  trial: TrialResult,
  place: TrialPlace,
  timeline: readonly TimelineEvent[] | null | undefined,
): TrialModel {
  return trialModel(trial, { ...place, timeline: timeline && timeline.length > 0 ? timeline : null });
}

function render(model: PageModel): string {
  return page(printable(model), { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
}

/** The same model with every text made visible: control characters and direction overrides never reach the page. */
function printable<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)])) as T;
}
