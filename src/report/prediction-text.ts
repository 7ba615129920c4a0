// What was expected of trials, and how good that was, in words; the same on a terminal and on pages.

import type { RunDigest } from "../core/digest.ts";
import { counted, secondsText, shareText } from "../core/text.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { Prediction } from "../records/prediction.ts";
import { eachHistoryRow } from "../verdict/history-rows.ts";
import { scorePredictions, type PredictionScore } from "../verdict/beliefs/score-predictions.ts";
import { oneLine } from "./text.ts";

/** `passes in 93 % (14 trials), by restart-replica, MTTR 4.1 to 6.2 s (in 60 %)`, or that there is none. */
export function predictionText(prediction: Prediction | null | undefined): string {
  if (prediction === null || prediction === undefined) return "no prediction";
  const { passes, of, pathway, mttr } = prediction;
  const by = pathway === null ? "repaired by nobody" : `by ${oneLine(pathway)}`;
  const parts = [`passes in ${shareText(passes)} (${counted(of, "trial")})`, by];
  return [...parts, ...(mttr ? [`MTTR ${boundsText(mttr)} (in ${shareText(mttr.share)})`] : [])].join(", ");
}

function boundsText({ lo, hi }: NonNullable<Prediction["mttr"]>): string {
  const from = secondsText(lo, 100);
  return hi === undefined ? `${from} s or longer` : `${from} to ${secondsText(hi, 100)} s`;
}

/** One sentence with all figures, or that nothing was predicted. */
export function scoreOfPredictions(score: PredictionScore | undefined): string {
  if (score === undefined) return "no judged trial had a prediction";
  const { trials, brier, ofBaseRate, pathway, mttr } = score;
  return [
    `${counted(trials, "judged trial")} with a prediction: Brier score ${brier.toFixed(3)} ` +
      `(0 is all foreseen; one who knew only how many pass has ${ofBaseRate.toFixed(3)})`,
    ...(pathway.of > 0 ? [`pathway right in ${pathway.right} of ${pathway.of}`] : []),
    ...(mttr.of > 0
      ? [`MTTR within its bounds in ${mttr.within} of ${mttr.of}, ${mttr.expected.toFixed(1)} expected`]
      : []),
  ].join("; ");
}

/** Of rows of the history: a line, or none where no judged trial had a prediction. */
export function predictionLines(rows: readonly HistoryRow[]): readonly string[] {
  const score = scorePredictions(rows);
  return score === undefined ? [] : [`predictions: ${scoreOfPredictions(score)}`];
}

/** Of one run, or undefined where no judged trial had a prediction. */
export function runPredictions(run: RunDigest): string | undefined {
  const score = scorePredictions(eachHistoryRow(run));
  return score === undefined ? undefined : scoreOfPredictions(score);
}
