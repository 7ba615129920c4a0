// What healers have learned, between the trials of a run: a folder for each trial with a first or second occurrence.
// Its name tells a healer nothing.

import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { treatmentArm } from "../core/arms.ts";
import { HarnessError } from "../core/errors.ts";
import { trialName } from "../core/plan.ts";
import { hash32 } from "../core/random.ts";
import type { TrialPlan } from "../records/plan.ts";

/** Where what healers have learned lies in a run folder. */
export const lessonsName = "lessons";

/**
 * The folder for this trial's healer, as its plan wants it: empty, or with what was learned in the treatment trial of
 * the same index; undefined where there is no second occurrence. Throws HarnessError "environment" when the store of
 * the first occurrence is empty: then the arm would compare nothing with nothing.
 */
export async function openLearned(runDir: string, plan: TrialPlan): Promise<string | undefined> {
  if (plan.learning === undefined) return undefined;
  const folder = folderOf(runDir, plan);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (plan.learning !== "kept") return folder;
  const lesson = folderOf(runDir, { ...plan, arm: treatmentArm });
  await cp(lesson, folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return folder;
  throw new HarnessError("environment", `nothing was kept of what the healer learned before ${trialName(plan)}`, {
    hint: "the variable `learning_env` of target.yaml names the folder in which the healer keeps what it learns",
  });
}

function folderOf(runDir: string, plan: TrialPlan): string {
  return join(runDir, lessonsName, hash32(trialName(plan)).toString(16).padStart(8, "0"));
}
