// The trials of one intent by arm, treatment first: what came out, in words that a newcomer cannot misread.

import type { IntentDigest } from "../core/digest.ts";
import { armNames } from "../core/arms.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { outcomeSign, recoveryWords } from "./words.ts";

export interface ArmLine {
  readonly arm: string;
  /** Trials of the arm that came out so, and how many there were of the arm. */
  readonly count: number;
  readonly of: number;
  readonly says: string;
}

/** One line for each arm and each way in which its trials came out. */
export function armLines({ trials }: Pick<IntentDigest, "trials">): readonly ArmLine[] {
  return armNames.flatMap((arm) => {
    const own = trials.filter(({ plan }) => plan.arm === arm);
    const counts = new Map<string, number>();
    for (const trial of own) {
      const { outcome } = trial.verdict;
      const says = stayedBroken(trial) ?? `${outcome}: ${recoveryWords[trial.facts.recovery]}`;
      const line = `${outcomeSign[outcome]} ${says}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    return [...counts].map(([says, count]) => ({ arm, count, of: own.length, says }));
  });
}
