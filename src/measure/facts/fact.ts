// What a fact is: a plug-in with a name, the facts that it rests on, and how it follows from a trial. Its shape stands
// in records/facts/.

import type { TrialPlan } from "../../records/plan.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { FactFolder, FactName, MeasuredTrial } from "./trial-view.ts";

/** One fact. `done` and `measure` return undefined where it is absent, which its shape must then allow. */
export interface Fact<Name extends FactName> {
  readonly name: Name;
  /** Facts that are measured before this one. */
  readonly needs: readonly FactName[];
  /** A folder that has taken no event yet. */
  readonly begin: (plan: TrialPlan) => FactFolder<Name>;
}

type Done<Name extends FactName, Needs extends readonly FactName[]> = (
  trial: MeasuredTrial,
  known: Pick<TrialFacts, Needs[number]>,
) => TrialFacts[Name];

/** A fact that follows from what was seen of the trial as a whole, and from the facts in `needs`. */
export function fact<Name extends FactName, const Needs extends readonly FactName[]>(
  name: Name,
  needs: Needs,
  measure: Done<Name, Needs>,
): Fact<Name> {
  return { name, needs, begin: () => ({ done: measure }) };
}

/**
 * A fact that notes something of single events as they come. Requests and samples arrive by the million and are not
 * kept: what `add` keeps must stay small.
 */
export function foldedFact<Name extends FactName, const Needs extends readonly FactName[]>(
  name: Name,
  needs: Needs,
  begin: (plan: TrialPlan) => {
    readonly add: (event: TimelineEvent) => void;
    readonly done: Done<Name, Needs>;
  },
): Fact<Name> {
  return { name, needs, begin };
}
