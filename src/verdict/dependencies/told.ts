// What all parts of the dependencies of a run share.

import type { TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";

/** One trial that passed or failed: of the others nothing is concluded. */
export interface ToldTrial {
  readonly record: TrialRecord;
  readonly facts: TrialFacts;
}

/** In order of key. */
export function byKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly [string, readonly Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

export function intentOf({ record }: ToldTrial): string {
  return record.plan.intent;
}

export function targetOf({ record }: ToldTrial): string {
  return record.plan.target;
}
