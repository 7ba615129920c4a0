// Where recovery breaks, from places to doses.

import { doseAt, type Dose } from "../../core/dose.ts";
import { credibility, type DoseEstimate } from "../../measure/dose/dose-search.ts";
import type { BreakingDose } from "../../records/sweep.ts";

/** The same as doses; an end beyond what may be tried is open. */
export function breakingDose(dose: Dose, { median, lo, hi }: DoseEstimate): BreakingDose {
  const [isFrom, isTo] = [lo > -Infinity, hi < Infinity];
  const kind = isFrom && isTo ? "found" : isFrom ? "above" : isTo ? "below" : "unsure";
  return {
    kind,
    ...(kind === "found" && { median: doseAt(dose, median) }),
    ...(isFrom && { lo: doseAt(dose, lo) }),
    ...(isTo && { hi: doseAt(dose, hi) }),
    credibility,
  };
}
