// All facts, in the order in which results list them. They are measured in the order of what they need: a new line may
// stand anywhere.

import type { TrialPlan } from "../../records/plan.ts";
import { actions } from "./actions.ts";
import { appeared } from "./appeared.ts";
import { approvals } from "./approvals.ts";
import { burn } from "./burn.ts";
import { calm } from "./calm.ts";
import { documents } from "./documents.ts";
import { environment } from "./environment.ts";
import type { Fact } from "./fact.ts";
import { honesty } from "./honesty.ts";
import { impact } from "./impact.ts";
import { incidents } from "./incidents.ts";
import { load } from "./load.ts";
import { marks } from "./marks.ts";
import { inOrderOfNeeds } from "./order.ts";
import { overReach } from "./over-reach.ts";
import { pathway } from "./pathway.ts";
import { recovery, relapse } from "./recovery.ts";
import { blindSamples, sampleNotes } from "./samples.ts";
import { detectionAfterImpact, firstAction, mttd, mttr, resolve, ttm } from "./spans.ts";
import { tookMs } from "./took-ms.ts";
import type { FactFolders, FactName } from "./trial-view.ts";
import { baseline, windows } from "./windows.ts";

const table: { readonly [Name in FactName]-?: Fact<Name> } = {
  windows,
  baseline,
  load,
  tookMs,
  blindSamples,
  sampleNotes,
  marks,
  mttd,
  firstAction,
  detectionAfterImpact,
  mttr,
  resolve,
  ttm,
  pathway,
  recovery,
  relapse,
  calm,
  approvals,
  overReach,
  appeared,
  documents,
  burn,
  impact,
  actions,
  incidents,
  honesty,
  environment,
};

/** The names of all facts, in the order in which results list them. */
export const factNames = Object.keys(table) as readonly FactName[];

/** A folder of each fact, for one trial. */
export function beginFacts(plan: TrialPlan): FactFolders {
  return Object.fromEntries(factNames.map((name) => [name, table[name].begin(plan)])) as unknown as FactFolders;
}

/** The order in which facts are measured. */
export const measuringOrder = inOrderOfNeeds(factNames, (name) => table[name].needs);
