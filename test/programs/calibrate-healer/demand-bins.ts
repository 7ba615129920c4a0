// The bins of a healthy recording as the detector of demand sees them. Pure.

import {
  demandDetector,
  deviationOf,
  mean,
} from "../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";

/** One bin of healthy traffic, as the detector sees it. */
export interface DemandBin {
  /** Above the bins before it, in sigma. */
  readonly z: number;
  readonly perSecond: number;
  /** Mean of the bins before it, requests per second. */
  readonly usual: number;
}

/**
 * For the calibration of the limit. A healthy bin is learned whatever the sum is, so that no limit decides on the next.
 */
export function demandBins(looks: readonly Extract<Observation, { readonly kind: "traffic" }>[]): readonly DemandBin[] {
  const bins: DemandBin[] = [];
  let state = demandDetector.initial;
  for (const look of looks) {
    const learned = [...state.baseline, ...state.undecided].slice(-NUMBERS.demand.baselineBins);
    const { last } = state;
    state = demandDetector.take(state, look);
    const perSecond = state.last.at(-1);
    if (state.last === last || perSecond === undefined || learned.length < NUMBERS.demand.warmUpBins) continue;
    bins.push({ z: deviationOf(learned, perSecond), perSecond, usual: mean(learned) });
  }
  return bins;
}
