// Intents, plans and rows for what a night chooses from.

import { planDigest } from "../../src/core/plan-digest.ts";
import type { HistoryRow } from "../../src/records/history-row.ts";
import type { TrialPlan } from "../../src/records/plan.ts";
import type { NightAsked } from "../../src/verdict/beliefs/tonight.ts";
import { historyRow, ofNight } from "./history-rows.ts";
import { samplePlan } from "./sample-trial.ts";

type IntentAsked = NightAsked["intents"][number];

/** One belief with its history: what is written of it here, and how it went on which nights. */
export interface Believed {
  readonly id: string;
  readonly pathway?: string;
  readonly estimateMs?: number;
  readonly trials?: number;
  readonly files?: string;
  readonly weaknesses?: IntentAsked["weaknesses"];
  /** Rows of its treatment, of its own plan where nothing else is said. */
  readonly went?: readonly (Partial<HistoryRow> & { readonly night: number })[];
}

/** The instant after so many nights. */
const afterNights = (nights: number): number => Date.parse(ofNight(nights).started);

function treatmentPlans({ id, estimateMs = 60_000, trials = 1, files }: Believed): readonly TrialPlan[] {
  const plan = samplePlan(id, "treatment", { estimateMs });
  const targetFacts = { ...plan.targetFacts, ...(files !== undefined && { files }) };
  return Array.from({ length: trials }, (_, at) => ({ ...plan, targetFacts, index: at + 1 }));
}

/** All that a night is chosen from. */
export function nightOf(
  beliefs: readonly Believed[],
  { budgetMs, nights }: { readonly budgetMs: number; readonly nights: number },
): NightAsked {
  const plans = beliefs.map(treatmentPlans);
  const rows = beliefs.flatMap(({ id, files, went = [] }, at) =>
    went.map(({ night, ...changes }, n) => {
      const [plan] = plans[at] ?? [];
      if (plan === undefined) throw new Error("a plan is needed");
      const own = { target: plan.target, intent: id, n: n + 1, plan: planDigest(plan), tookMs: 1000 };
      return historyRow({ ...ofNight(night), ...own, ...(files !== undefined && { files }), ...changes });
    }),
  );
  const intents = beliefs.map(({ id, pathway, weaknesses }): IntentAsked => {
    const recovered = { withinMs: 10_000, by: pathway ?? "restart-replica", holdMs: 1000 };
    const expect = { heldFire: false, never: [], ...(pathway !== "" && { recovered }) };
    return { id, file: `experiments/${id}.yaml`, expect, ...(weaknesses && { weaknesses }) };
  });
  const sorted = rows.toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started));
  return { intents, plans: plans.flat(), rows: sorted, budgetMs, nowMs: afterNights(nights) };
}
