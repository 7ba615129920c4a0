// The trials of a run folder that show who depends on whom, and what two runs show that is not the same.

import { trialsOf } from "../core/digest.ts";
import { HarnessError } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import { changesBetween, type DependencyChanges } from "../verdict/dependencies/changes.ts";
import { intentOf, targetOf, type ToldTrial } from "../verdict/dependencies/told.ts";
import type { TrialOf } from "../store/results.ts";
import { judgeAgain, readerOf, readRecorded, type Recorded } from "./recorded.ts";
import { skippedLines } from "./recorded-words.ts";

/**
 * Those that passed or failed, and of which the whole timeline is there: half of it shows fewer actions than there
 * were. `note` hears what is missing or amiss, a sentence each. Throws HarnessError "bad-input" where no trial tells.
 */
export async function toldTrialsIn(dir: string, note: (says: string) => void): Promise<readonly ToldTrial[]> {
  const { open, ...recorded } = await readRecorded(dir);
  for (const says of recorded.notes) note(says);
  if (open !== undefined) for (const line of skippedLines(recorded.skipped)) note(line);
  const told: ToldTrial[] = [];
  try {
    const judged =
      open === undefined ? await judgedNow(recorded, note) : { plans: plansOf(recorded), of: open.trialOf };
    const timelines = readerOf(recorded.trials);
    for (const plan of judged.plans) {
      const { facts, verdict } = await judged.of(plan);
      if (verdict.outcome !== "pass" && verdict.outcome !== "fail") continue;
      const timeline = await timelines.timelineOf(plan);
      if (timeline !== null && timelines.amissOf(plan) === "") told.push({ record: { plan, timeline }, facts });
    }
    for (const line of skippedLines([...timelines.unread, ...timelines.torn])) note(line);
  } finally {
    await open?.close();
  }
  if (told.length > 0) return told;
  throw new HarnessError("bad-input", `no trial in ${dir} that is whole passed or failed`, {
    hint: "of trials that are inconclusive, invalid or left something behind nothing is concluded",
  });
}

/** Throws HarnessError "bad-input" where the runs have no intent of a target in common: nothing can be compared. */
export function dependencyChanges(
  before: readonly ToldTrial[],
  after: readonly ToldTrial[],
): readonly DependencyChanges[] {
  const changes = changesBetween(before, after);
  if (changes.length > 0) return changes;
  const targets = new Set(before.map(targetOf));
  const isSameTarget = after.some((trial) => targets.has(targetOf(trial)));
  const nameOf = isSameTarget ? intentOf : targetOf;
  throw new HarnessError("bad-input", `no ${isSameTarget ? "intent of a target" : "target"} stands in both runs`, {
    hint: `before: ${someNames(before.map(nameOf))}; after: ${someNames(after.map(nameOf))}`,
  });
}

function someNames(names: readonly string[]): string {
  const all = [...new Set(names)].toSorted();
  return all.length > 5 ? `${all.slice(0, 5).join(", ")} and ${all.length - 5} more` : all.join(", ");
}

function plansOf({ trials }: Pick<Recorded, "trials">): readonly TrialPlan[] {
  return trials.map(({ plan }) => plan);
}

async function judgedNow(
  recorded: Omit<Recorded, "open">,
  note: (says: string) => void,
): Promise<{ readonly plans: readonly TrialPlan[]; readonly of: TrialOf }> {
  const { result, judged, skipped } = await judgeAgain(recorded);
  for (const line of skippedLines(skipped)) note(line);
  return { plans: plansOf({ trials: judged }), of: trialsOf(result) };
}
