// What was done instead of the declared action and repaired nothing: named where a report names pathways.

import type { IntentDigest } from "../core/digest.ts";
import { faultsName } from "../core/plan.ts";
import { counted } from "../core/text.ts";
import type { Attribution } from "../records/results/attribution.ts";
import { wronglyChosen } from "../verdict/arm-evidence.ts";

/** In how many trials of an intent a pathway was the wrong one. */
export interface WrongChoice {
  readonly target: string;
  readonly pathway: string;
  readonly fault: string;
  readonly times: number;
  /** What is declared there. */
  readonly declared: string;
  readonly intent: string;
}

/** Of all intents, one entry for each pathway and fault of an intent. */
export function wrongChoices(intents: readonly IntentDigest[]): readonly WrongChoice[] {
  return intents.flatMap(({ intent, target, trials }) => {
    const each = trials.flatMap((trial) =>
      wronglyChosen([trial]).map((pathway) => ({ pathway, fault: faultsName(trial.plan.disturbances) })),
    );
    const declared = trials.flatMap(({ plan }) => plan.expect.recovered?.by ?? [])[0] ?? "another";
    const names = new Set(each.map(({ pathway, fault }) => JSON.stringify([pathway, fault])));
    return [...names].map((name) => {
      const [pathway = "", fault = ""] = JSON.parse(name) as string[];
      const times = each.filter((one) => one.pathway === pathway && one.fault === fault).length;
      return { target, pathway, fault, times, declared, intent };
    });
  });
}

/** The pathway that repaired it; else what was done and did not, `restart-replica, wrong`; else a dash. */
export function pathwayText(intent: IntentDigest): string {
  if (intent.pathway !== null) return intent.pathway;
  const wrong = [...new Set(wronglyChosen(intent.trials))];
  return wrong.length === 0 ? "–" : `${wrong.join(", ")}, wrong`;
}

/** Fewer than this prove no difference between arms, at 95 %. */
const fewTrials = 3;

/** What the comparison says, and, of a wrong pathway in few trials, how sure it is. */
export function attributionText({ verdict, treatment, says }: Attribution): string {
  if (verdict !== "WRONG-PATHWAY" || treatment.of >= fewTrials) return says;
  return (
    `${says}. That is what was seen in ${counted(treatment.of, "trial")}: ` +
    "how often it happens, and whether the declared action would do better, so few cannot tell"
  );
}
