import { judged } from "../../builders/measured.ts";
import type { Attribution } from "../../../src/records/results/attribution.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { attribute } from "../../../src/verdict/attribution.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

export function trial(name: StoryName): TrialResult {
  return judged(tell(stories[name]));
}

export const times = (n: number, result: TrialResult): TrialResult[] => Array.from({ length: n }, () => result);

export const healed = trial("clean heal");

export const never = trial("never recovers");

export const stuck = trial("ablated, stays broken");

export const lucky = trial("ablated, recovers by itself");

export const byOther = trial("ablated, recovers by another action");

export const loopStuck = trial("loop ablated, stays broken");

export const loopLucky = trial("loop ablated, recovers by itself");

export const aloneStuck = trial("unhealed, stays broken");

export const aloneWell = trial("unhealed, recovers by itself");

export const of = (...groups: readonly (readonly [number, TrialResult])[]): Attribution =>
  attribute(groups.flatMap(([n, one]) => times(n, one)));
