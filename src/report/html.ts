// Model → one offline HTML file. Every word goes through Handlebars' escaping; there is no way around it in the
// templates.

import Handlebars from "handlebars";
import type { RunResult, TrialRecord } from "../core/verdict.ts";
import { pageModel } from "./page-model.ts";
import type { PageModel } from "./page-model.ts";
import { badgeTemplate, figureTemplate, intentTemplate, pageTemplate } from "./templates/page.ts";
import { legendTemplate, plotTemplate } from "./templates/plot.ts";
import { scorecardTemplate } from "./templates/scorecard.ts";
import { trialTemplate } from "./templates/trial.ts";
import { visible } from "./text.ts";

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

/** The report as one self-contained HTML page; the records give it the healer's claims and the probes' readings. */
export function renderHtml(run: RunResult, records: readonly TrialRecord[]): string {
  return page(printable(pageModel(run, records)), {
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
}

/** The same model with every text made visible: control characters and direction overrides never reach the page. */
function printable<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)])) as T;
}
