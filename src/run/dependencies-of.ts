// The dependencies that a run folder shows.

import { trialsOf } from "../core/digest.ts";
import { HarnessError } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import { dependenciesOf, type Dependencies } from "../verdict/dependencies/dependencies.ts";
import type { ToldTrial } from "../verdict/dependencies/told.ts";
import type { TrialOf } from "../store/results.ts";
import { judgeAgain, readerOf, readRecorded, type Recorded } from "./recorded.ts";
import { skippedLines } from "./recorded-words.ts";

/** `note` hears what is missing or amiss, a sentence each. Throws HarnessError "bad-input" where no trial tells. */
export async function dependenciesIn(dir: string, note: (says: string) => void): Promise<readonly Dependencies[]> {
  const { open, ...recorded } = await readRecorded(dir);
  for (const says of recorded.notes) note(says);
  const told: ToldTrial[] = [];
  try {
    const judged =
      open === undefined ? await judgedNow(recorded, note) : { plans: plansOf(recorded), of: open.trialOf };
    const timelines = readerOf(recorded.trials);
    for (const plan of judged.plans) {
      const { facts, verdict } = await judged.of(plan);
      if (verdict.outcome !== "pass" && verdict.outcome !== "fail") continue;
      const timeline = await timelines.timelineOf(plan);
      if (timeline !== null) told.push({ record: { plan, timeline }, facts });
    }
    for (const line of skippedLines([...timelines.unread, ...timelines.torn])) note(line);
  } finally {
    await open?.close();
  }
  if (told.length > 0) return dependenciesOf(told);
  throw new HarnessError("bad-input", `no trial in ${dir} passed or failed`, {
    hint: "of trials that are inconclusive, invalid or left something behind nothing is concluded",
  });
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
