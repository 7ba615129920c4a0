// What is other than it was in an earlier run.

import { isMany, type ActionCount } from "./actions.ts";
import { callName, type TracedCall } from "./calls.ts";
import type { Dependencies, UnfeltPlace } from "./dependencies.ts";
import type { SideEffect } from "./side-effects.ts";

/** Of one target that stands in both runs. What only one of them tried is no change: intents of both are compared. */
export interface DependencyChanges {
  readonly target: string;
  readonly calls: Change<TracedCall>;
  readonly sideEffects: Change<SideEffect>;
  readonly unfelt: Change<UnfeltPlace>;
  /** Intents whose recoveries took many actions in one of the runs alone. */
  readonly many: Change<ActionCount>;
}

interface Change<Item> {
  readonly came: readonly Item[];
  readonly went: readonly Item[];
}

/** True where something came that calls for a look. */
export function isWorse({ sideEffects, many }: DependencyChanges): boolean {
  return sideEffects.came.some(({ isTraced }) => isTraced) || many.came.length > 0;
}

/** In the order of `after`. */
export function changesBetween(
  before: readonly Dependencies[],
  after: readonly Dependencies[],
): readonly DependencyChanges[] {
  return after.flatMap((now) => {
    const then = before.find(({ target }) => target === now.target);
    if (then === undefined) return [];
    const both = new Set(now.intents.filter((intent) => then.intents.includes(intent)));
    const isOfBoth = ({ intent }: { readonly intent: string }): boolean => both.has(intent);
    const many = ({ actions }: Dependencies) => actions.filter((one) => isOfBoth(one) && isMany(one));
    return [
      {
        target: now.target,
        calls: change(then.calls, now.calls, callName),
        sideEffects: change(
          then.sideEffects.filter(isOfBoth),
          now.sideEffects.filter(isOfBoth),
          ({ intent, service, by }) => `${intent} ${service} ${by}`,
        ),
        unfelt: change(
          then.unfelt.filter(isOfBoth),
          now.unfelt.filter(isOfBoth),
          ({ intent, place }) => `${intent} ${place}`,
        ),
        many: change(many(then), many(now), ({ intent }) => intent),
      },
    ];
  });
}

function change<Item>(before: readonly Item[], after: readonly Item[], keyOf: (item: Item) => string): Change<Item> {
  const [then, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    came: after.filter((item) => !then.has(keyOf(item))),
    went: before.filter((item) => !now.has(keyOf(item))),
  };
}
