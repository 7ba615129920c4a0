// What a night runs, why, what is left out and why, on a terminal.

import { formatDuration } from "../core/duration.ts";
import { counted } from "../core/text.ts";
import type { NightItem } from "../verdict/beliefs/assess.ts";
import type { PredictionScore } from "../verdict/beliefs/score-predictions.ts";
import type { LeftOut, Night } from "../verdict/beliefs/tonight.ts";
import { predictionText, scoreOfPredictions } from "./prediction-text.ts";
import { oneLine } from "./text.ts";

/** What stands beside a choice. */
export interface AroundNight {
  /** Rows of the history that were looked at. */
  readonly rows: number;
  /** Which intents cannot run here, and why. */
  readonly cannot: readonly string[];
  readonly score: PredictionScore | undefined;
  /** The command that runs it. */
  readonly command: string;
}

/** Some lines for each intent, in the order in which they were chosen; then how to run it. */
export function nightLines({ chosen, plannedMs, budgetMs, leftOut }: Night, around: AroundNight): readonly string[] {
  const all = chosen.length + leftOut.length;
  const by = around.rows === 0 ? "there is no history yet" : `by ${counted(around.rows, "trial")} of the last 90 days`;
  const trials = chosen.reduce((sum, one) => sum + one.trials, 0);
  return [
    `tonight: ${chosen.length} of ${counted(all, "intent")} with ${counted(trials, "trial")}, about ` +
      `${formatDuration(plannedMs)} of ${formatDuration(budgetMs)}; ${by}`,
    "",
    ...chosen.flatMap((one, at) => [
      `${at + 1}. ${headOf(one)}`,
      `   because: ${one.because}`,
      `   expected: ${predictionText(one.prediction)}`,
    ]),
    ...(chosen.length > 0 ? [""] : []),
    ...leftOut.map((one) => `left out: ${headOf(one)}: ${whyOut(one, budgetMs)}; ${one.because}`),
    ...around.cannot.map((says) => `cannot run here: ${oneLine(says)}`),
    ...(leftOut.length + around.cannot.length > 0 ? [""] : []),
    `predictions of the last 90 days: ${scoreOfPredictions(around.score)}`,
    ...(chosen.length > 0 ? [`run it: ${oneLine(around.command)}`] : []),
  ];
}

function headOf({ intent, ground, plannedMs, bits, pathway }: NightItem): string {
  const by = pathway === null ? "" : `, by ${pathway}`;
  return oneLine(`${intent} (${ground}; about ${formatDuration(plannedMs)}, ${bits.toFixed(2)} bits${by})`);
}

function whyOut({ plannedMs, leftMs }: LeftOut, budgetMs: number): string {
  if (plannedMs > budgetMs) return "longer than the whole budget";
  return leftMs < 1000
    ? "nothing was left when its turn came"
    : `${formatDuration(leftMs)} were left when its turn came`;
}
