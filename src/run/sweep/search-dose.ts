// Looks for a dose, trial after trial: each at the dose that tells most, never above one that was disabling.

import { estimateDose, nextPlace, type DoseAnswer, type DoseEstimate } from "../../measure/dose/dose-search.ts";

/** What a trial at a dose came to. */
export interface Tried {
  /** Undefined: nothing follows from it. */
  readonly broke: boolean | undefined;
  /** It was disabling: nothing harsher may be tried. */
  readonly caps: boolean;
  /** Why there may be no further trial; absent: there may. */
  readonly ends?: string;
}

export interface DoseSearch {
  /** Places that may be tried, rising from 0 to 1; at least one. */
  readonly places: readonly number[];
  /** Trials at most. */
  readonly most: number;
  /** Asked before each trial: why there may be none; undefined: there may. */
  readonly mayNot?: () => string | undefined;
  readonly tryAt: (place: number) => Promise<Tried>;
}

/** What a search came to. */
export interface Searched {
  readonly estimate: DoseEstimate;
  /** Trials that told something. */
  readonly told: number;
  /** The place above which nothing was tried; absent: it went to the end. */
  readonly ceiling?: number;
  /** Why there were no more trials. */
  readonly ended: string;
}

/** An interval that is no wider ends a search: two of forty steps. */
const narrow = 0.05;
/** So many trials in a row that tell nothing end it: more of the same would not. */
const mostUntold = 3;

/** Searches until the interval is narrow, or something ends it. Rejects only when a trial does. */
export async function searchDose({ places, most, mayNot, tryAt }: DoseSearch): Promise<Searched> {
  const answers: DoseAnswer[] = [];
  let [ceiling, untold] = [Infinity, 0];
  const done = (ended: string): Searched => ({
    estimate: estimateDose(answers, places),
    told: answers.length,
    ...(ceiling < Infinity && { ceiling }),
    ended,
  });
  for (let trial = 0; trial < most; trial += 1) {
    const { lo, hi } = estimateDose(answers, places);
    if (hi - lo <= narrow) return done("the interval is as narrow as it is asked for");
    const why = mayNot?.();
    if (why !== undefined) return done(why);
    const place = nextPlace(answers, { places, ceiling });
    if (place === undefined) return done("no dose is left that may be tried");
    const { broke, caps, ends } = await tryAt(place);
    if (caps) ceiling = Math.min(ceiling, place);
    untold = broke === undefined ? untold + 1 : 0;
    if (broke !== undefined) answers.push({ place, broke });
    if (ends !== undefined) return done(ends);
    if (untold === mostUntold) return done(`${mostUntold} trials in a row told nothing`);
  }
  return done(`${most} trials, as many as there may be`);
}
