// How good predictions were, by what came of the trials. A prediction is scored, and never asked by a verdict.

import { isTreated } from "../../core/arms.ts";
import type { HistoryRow } from "../../records/history-row.ts";
import { isJudged } from "./evidence.ts";

/** Of the judged trials that had a prediction. */
export interface PredictionScore {
  readonly trials: number;
  /**
   * The mean of (chance to pass − whether it passed)² (G. W. Brier, Monthly Weather Review 78, 1950, 1–3, here for
   * two classes): 0 is all foreseen, 0.25 what always says one half comes to.
   */
  readonly brier: number;
  /** The same of one who always says how many passed in all. */
  readonly ofBaseRate: number;
  /**
   * Trials with the whole healer that tell who repaired them, and those of the foreseen pathway. Where the healer is
   * kept from repairing, or nothing is broken, nobody is nearly always right, and says nothing of the history.
   */
  readonly pathway: { readonly right: number; readonly of: number };
  /** Trials with bounds for their MTTR, those within, and as many as the shares of the bounds make expect. */
  readonly mttr: { readonly within: number; readonly of: number; readonly expected: number };
}

type Scored = Pick<HistoryRow, "arm" | "outcome" | "tells" | "pathway" | "mttr" | "predicted">;

/** Undefined where no judged trial had a prediction. */
export function scorePredictions(rows: Iterable<Scored>): PredictionScore | undefined {
  let [trials, passed, squares, right, named, within, bounded, expected] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const row of rows) {
    const { predicted } = row;
    if (predicted === undefined || !isJudged(row)) continue;
    const pass = row.outcome === "pass" ? 1 : 0;
    trials += 1;
    passed += pass;
    squares += (predicted.passes - pass) ** 2;
    if (!row.tells) continue;
    if (isTreated(row.arm)) {
      named += 1;
      right += row.pathway === predicted.pathway ? 1 : 0;
    }
    if (predicted.mttr === undefined) continue;
    const { lo, hi = Infinity, share } = predicted.mttr;
    // What did not recover took longer than was watched.
    const took = row.mttr?.ms ?? Infinity;
    bounded += 1;
    expected += share;
    within += lo <= took && took <= hi ? 1 : 0;
  }
  if (trials === 0) return undefined;
  const rate = passed / trials;
  return {
    trials,
    brier: squares / trials,
    ofBaseRate: rate * (1 - rate),
    pathway: { right, of: named },
    mttr: { within, of: bounded, expected },
  };
}
