// One trial → its page: a file of its own in the trial's folder, so that a link leads to it and a run of any size stays
// quick to open.

import type { TrialResult } from "../records/results/trial-result.ts";
import { compiled, definePartials } from "./engine.ts";
import { badgeTemplate, figureTemplate } from "./templates/page.ts";
import { legendTemplate, plotTemplate } from "./templates/plot.ts";
import { trialEnd, trialPageTemplate } from "./templates/trial-page.ts";
import { trialModel } from "./trial-model.ts";
import type { TrialModel, TrialSetting } from "./trial-model.ts";
import { policyFor, trialScript } from "./trial-script/script.ts";

definePartials({ badge: badgeTemplate, figure: figureTemplate, legend: legendTemplate, plot: plotTemplate });
const page: (model: TrialModel & { readonly policy: string }) => string = compiled(trialPageTemplate);
let policy: Promise<string> | undefined;

/** The Content-Security-Policy of every trial's page. */
export function trialPolicy(): Promise<string> {
  policy ??= policyFor(trialScript);
  return policy;
}

/** The page of one trial. */
export async function trialPage(trial: TrialResult, setting: TrialSetting): Promise<string> {
  const { timeline } = setting;
  const model = trialModel(trial, { ...setting, timeline: timeline && timeline.length > 0 ? timeline : null });
  const text = page({ ...model, policy: await trialPolicy() });
  // The script holds no text from outside; it is the only thing on the page that is not escaped.
  return `${text}<script>${trialScript}</script>${trialEnd}`;
}
