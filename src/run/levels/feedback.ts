// What trials of a run felt of doses that were chosen for a level: the next dose follows from it, too.

import { isTreatment } from "../../core/arms.ts";
import type { RunDigest } from "../../core/digest.ts";
import type { ImpactRow } from "../../records/impact-row.ts";
import { doseAnswer } from "../../verdict/dose-answer.ts";

/** A row for each treatment trial with a level that tells: so it was calibrated, too. */
export function impactRowsOf({ runId, startedAt, intents }: RunDigest): readonly ImpactRow[] {
  return intents.flatMap(({ trials }) =>
    trials.flatMap((trial): ImpactRow[] => {
      const { plan, facts } = trial;
      const planned = plan.disturbances.find(({ level }) => level !== undefined);
      if (
        planned?.level === undefined ||
        !isTreatment(plan.arm) ||
        facts.impact === undefined ||
        doseAnswer(trial).answer === "untold"
      )
        return [];
      const { key, param, dose } = planned.level;
      const { bad, slo } = facts.impact;
      const base = { v: 1 as const, at: startedAt, run: runId, target: plan.target, intent: plan.intent };
      return [{ ...base, key, fault: planned.fault, param, dose, bad, slo }];
    }),
  );
}
