// What is other than it was in an earlier run. What one of them had no chance to see is no change.

import { actionsIn, isMany, type ActionCount } from "./actions.ts";
import { callName, callsIn, type TracedCall } from "./calls.ts";
import { placeName, struckPlaces, type StruckPlace } from "./places.ts";
import { mayShowSideEffects, sideEffectsIn, type SideEffect } from "./side-effects.ts";
import { byKey, intentOf, targetOf, type ToldTrial } from "./told.ts";

/** Of one target that stands in both runs with intents of both. What only one of them tried is no change. */
export interface DependencyChanges {
  readonly target: string;
  /** Over intents of which both runs have traces; absent: there is none. */
  readonly calls?: Change<TracedCall>;
  /**
   * Over intents with treated trials in both; absent where one of the runs has no traced call: nothing says there who
   * may move. A call that either run shows says who may move in both, since a trial keeps three traces alone.
   */
  readonly sideEffects?: Change<SideEffect>;
  /**
   * By service or edge, each as it is now. Came: no steady state breaks any more, and without the remedy one did. Went:
   * without the remedy one breaks now, and none did.
   */
  readonly unfelt: Change<StruckPlace>;
  /** Intents that recovered in both runs, and took many actions for it in one of them; each as it is now. */
  readonly many: Change<ActionCount>;
}

interface Change<Item> {
  readonly came: readonly Item[];
  readonly went: readonly Item[];
}

type Trials = readonly ToldTrial[];

/** True where something came that calls for a look. */
export function isWorse({ sideEffects, many }: DependencyChanges): boolean {
  return sideEffects?.came.some(({ isTraced }) => isTraced) === true || many.came.length > 0;
}

/** In order of target; empty where no intent of a target stands in both. */
export function changesBetween(before: Trials, after: Trials): readonly DependencyChanges[] {
  return byKey(after, targetOf).flatMap(([target, all]) => {
    const earlier = before.filter((trial) => targetOf(trial) === target);
    const [then, now] = ofBoth(earlier, all);
    if (now.length === 0) return [];
    const calls = callsBetween(then, now);
    const sideEffects = sideEffectsBetween([then, callsIn(earlier).calls], [now, callsIn(all).calls]);
    return [
      {
        target,
        ...(calls && { calls }),
        ...(sideEffects && { sideEffects }),
        unfelt: unfeltBetween(then, now),
        many: manyBetween(then, now),
      },
    ];
  });
}

/** The trials that are asked for, of intents that have such on both sides. */
function ofBoth(before: Trials, after: Trials, isAsked: (trial: ToldTrial) => boolean = () => true): [Trials, Trials] {
  const [then, now] = [before.filter(isAsked), after.filter(isAsked)];
  const [intentsThen, intentsNow] = [new Set(then.map(intentOf)), new Set(now.map(intentOf))];
  return [
    then.filter((trial) => intentsNow.has(intentOf(trial))),
    now.filter((trial) => intentsThen.has(intentOf(trial))),
  ];
}

function callsBetween(before: Trials, after: Trials): Change<TracedCall> | undefined {
  const [then, now] = ofBoth(before, after, (trial) => callsIn([trial]).traces > 0);
  return now.length === 0 ? undefined : change(callsIn(then).calls, callsIn(now).calls, callName);
}

type WithCalls = readonly [trials: Trials, calls: readonly TracedCall[]];

function sideEffectsBetween([before, earlier]: WithCalls, [after, later]: WithCalls): Change<SideEffect> | undefined {
  if (earlier.length === 0 || later.length === 0) return undefined;
  const calls = [...earlier, ...later];
  const [then, now] = ofBoth(before, after, mayShowSideEffects).map((trials) => sideEffectsIn(trials, calls));
  return change(then ?? [], now ?? [], ({ intent, service, by }) => `${intent} ${service} ${by}`);
}

function unfeltBetween(before: Trials, after: Trials): Change<StruckPlace> {
  const pairs = pairsOf(
    struckPlaces(before, placeName),
    struckPlaces(after, placeName),
    ({ intent, place }) => `${intent} ${place}`,
  );
  return {
    came: pairs.flatMap(([then, now]) => (then.felt > 0 && now.isUnfelt ? [now] : [])),
    went: pairs.flatMap(([then, now]) => (then.isUnfelt && now.felt > 0 ? [now] : [])),
  };
}

function manyBetween(before: Trials, after: Trials): Change<ActionCount> {
  const pairs = pairsOf(actionsIn(before), actionsIn(after), ({ intent }) => intent).map(([then, now]) => ({
    now,
    wasMany: isMany(asToldBy(now, then)),
    isMany: isMany(asToldBy(then, now)),
  }));
  return {
    came: pairs.flatMap(({ now, ...one }) => (one.isMany && !one.wasMany ? [now] : [])),
    went: pairs.flatMap(({ now, ...one }) => (one.wasMany && !one.isMany ? [now] : [])),
  };
}

/** Without the healer's own words where the other run has none. */
function asToldBy(other: ActionCount, { claimed, instances }: ActionCount): Pick<ActionCount, "claimed" | "instances"> {
  return claimed === undefined || other.claimed === undefined ? { instances } : { claimed, instances };
}

/** What stands on both sides, in the order of `after`. */
function pairsOf<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [then: Item, now: Item])[] {
  const then = new Map(before.map((item) => [keyOf(item), item]));
  return after.flatMap((now) => {
    const same = then.get(keyOf(now));
    return same === undefined ? [] : [[same, now] as const];
  });
}

function change<Item>(before: readonly Item[], after: readonly Item[], keyOf: (item: Item) => string): Change<Item> {
  const [then, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    came: after.filter((item) => !then.has(keyOf(item))),
    went: before.filter((item) => !now.has(keyOf(item))),
  };
}
