// Struck places, and whether anybody felt it.

import { isControl, isTreated } from "../../core/arms.ts";
import { harmsSite } from "../../core/plan.ts";
import type { SiteRef } from "../../records/site.ts";
import { byKey, type ToldTrial } from "./told.ts";

/** A place that was struck in trials of one intent, and no steady state broke, with the remedy or without. */
export interface UnfeltPlace {
  readonly intent: string;
  readonly place: string;
  readonly trials: number;
}

/** A place that was struck. Neither felt nor unfelt: it was struck with the remedy alone, or too little was seen. */
export interface StruckPlace extends UnfeltPlace {
  /** Trials without the remedy in which the steady state broke. */
  readonly felt: number;
  /** In no trial it broke, and at least one was without the remedy: with it a fault may be over before it is felt. */
  readonly isUnfelt: boolean;
}

/** Where faults were put; none in a control. */
export function sitesOf({ record: { plan } }: ToldTrial): readonly SiteRef[] {
  return isControl(plan.arm) ? [] : plan.disturbances.filter(harmsSite).map(({ site }) => site);
}

/** `vector`, `gateway→vector`: which replica of a service is struck is up to the seed. */
export function placeName({ service, edgeFrom, via }: SiteRef): string {
  const edge = edgeFrom === undefined ? service : `${edgeFrom}→${service}`;
  return via === undefined ? edge : `${edge} via ${via}`;
}

/** By intent and place. */
export function struckPlaces(trials: readonly ToldTrial[], nameOf: (site: SiteRef) => string): readonly StruckPlace[] {
  const struck = trials.flatMap((trial) =>
    [...new Set(sitesOf(trial).map(nameOf))].map((place) => ({ trial, place, intent: trial.record.plan.intent })),
  );
  return byKey(struck, ({ intent, place }) => `${intent} ${place}`).flatMap(([, own]) => {
    const bare = own.filter(({ trial }) => !isTreated(trial.record.plan.arm));
    const felt = bare.filter(({ trial: { facts } }) => !["not-disturbed", "unseen"].includes(facts.recovery)).length;
    const isUnfelt = bare.length > 0 && own.every(({ trial }) => trial.facts.recovery === "not-disturbed");
    return own.slice(0, 1).map(({ intent, place }) => ({ intent, place, trials: own.length, felt, isUnfelt }));
  });
}
