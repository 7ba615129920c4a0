// What a run shows of who depends on whom: calls in the stack's own traces, services that moved though no traced call
// leads from them to the fault, struck places that nobody felt, and how many actions a recovery took.

import { siteName } from "../../core/controls.ts";
import { actionsIn, type ActionCount } from "./actions.ts";
import { callName, callsIn, type TracedCall } from "./calls.ts";
import { sitesOf, struckPlaces, type UnfeltPlace } from "./places.ts";
import { mayShowSideEffects, sideEffectsIn, type SideEffect } from "./side-effects.ts";
import { byKey, intentOf, targetOf, type ToldTrial } from "./told.ts";

/** All that stands in the trials of one target. */
export interface Dependencies {
  readonly target: string;
  /** Ids, in order. */
  readonly intents: readonly string[];
  /** Trials that tell. */
  readonly trials: number;
  /** Traces that were read. A trial keeps three at most: a call that is not here may exist all the same. */
  readonly traces: number;
  readonly calls: readonly TracedCall[];
  /** Names of calls on which these trials put no fault. */
  readonly unstruck: readonly string[];
  /** Trials in which side effects were looked for: with a fault, and the whole healer. */
  readonly looked: number;
  /** Empty where no trace shows a call: then nothing says who may move. */
  readonly sideEffects: readonly SideEffect[];
  readonly unfelt: readonly UnfeltPlace[];
  readonly actions: readonly ActionCount[];
}

/** One entry for each target, in order of name. */
export function dependenciesOf(trials: readonly ToldTrial[]): readonly Dependencies[] {
  return byKey(trials, targetOf).map(([target, own]) => ofTarget(target, own));
}

function ofTarget(target: string, trials: readonly ToldTrial[]): Dependencies {
  const { calls, traces } = callsIn(trials);
  const struck = new Set(
    trials.flatMap(sitesOf).map(({ edgeFrom = "", service }) => callName({ from: edgeFrom, to: service })),
  );
  return {
    target,
    intents: byKey(trials, intentOf).map(([intent]) => intent),
    trials: trials.length,
    traces,
    calls,
    unstruck: calls.map(callName).filter((name) => !struck.has(name)),
    looked: trials.filter(mayShowSideEffects).length,
    sideEffects: calls.length === 0 ? [] : sideEffectsIn(trials, calls),
    unfelt: unfeltIn(trials),
    actions: actionsIn(trials),
  };
}

function unfeltIn(trials: readonly ToldTrial[]): readonly UnfeltPlace[] {
  const unfelt = struckPlaces(trials, siteName).filter(({ isUnfelt }) => isUnfelt);
  return unfelt.map(({ intent, place, trials: count }) => ({ intent, place, trials: count }));
}
