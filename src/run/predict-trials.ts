// Writes into each plan what the history makes expect of its trial, before anything of the run begins.

import type { Ms } from "../core/units.ts";
import { askHistory } from "../history/ask-history.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { rowsBySeries } from "../verdict/beliefs/evidence.ts";
import { predictionOf } from "../verdict/beliefs/predict.ts";
import type { Choice } from "./choose.ts";

/** As far back as triage looks. */
const lookBackMs: Ms = 90 * 86_400_000;

/**
 * The same choice; plans that the history knows trials of carry a prediction. `out`: the folder that the runs' folders
 * lie in. Never rejects: what is wrong with the history goes to `note`, and then nothing is predicted.
 */
export async function withPredictions(
  choice: Choice,
  out: string,
  nowMs: Ms,
  note: (says: string) => void,
): Promise<Choice> {
  const asked = { intents: choice.intents.map(({ id }) => id), since: nowMs - lookBackMs, before: nowMs };
  const rows = await askHistory<readonly HistoryRow[]>(out, [], note, (history) => history.rows(asked));
  const rowsOf = rowsBySeries(rows, nowMs);
  const plans = choice.plans.map((plan) => {
    const predicted = predictionOf(plan, rowsOf, nowMs);
    return predicted === undefined ? plan : { ...plan, predicted };
  });
  return { ...choice, plans };
}
