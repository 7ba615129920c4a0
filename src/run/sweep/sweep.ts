// `rebound sweep`: raises the dose of an intent's fault until recovery breaks, and says at which dose that is. Each
// trial is a whole run in the sweep's folder, kept apart: an intent's own history holds no trials at other doses.

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { doseAt, type Dose } from "../../core/dose.ts";
import { HarnessError } from "../../core/errors.ts";
import { hash32 } from "../../core/random.ts";
import type { Intent } from "../../core/intent.ts";
import type { Ms } from "../../core/units.ts";
import type { Sweep, SweepTrial } from "../../records/sweep.ts";
import type { Reporter } from "../../reporters/reporter.ts";
import { createRunFolder } from "../../store/run-folder.ts";
import { refuseUnlessFree } from "../guard.ts";
import { thisHarness } from "../finish-run.ts";
import { choose, lintNewIntents } from "../select.ts";
import type { Stopping } from "../stopping/stopping.ts";
import { breakingDose } from "./breaking-dose.ts";
import { doseOf, placesThatLint, type Dosed } from "./dosed-intent.ts";
import { runTrialAt, whyNoMore } from "./run-trial.ts";
import { searchDose } from "./search-dose.ts";

/** How an intent is swept. */
export interface SweepHow {
  /** Trials at most. */
  readonly most: number;
  /** No further trial begins after this, ms. */
  readonly budget?: Ms;
  readonly seed?: number;
  readonly setting?: Readonly<Record<string, string>>;
  /** Which disturbance is dosed, from 1; absent: the only one with a dose. */
  readonly disturbance?: number;
  /** Folder that the runs' folders lie in. */
  readonly out: string;
  readonly stopping: Stopping;
  readonly reporters: () => readonly Reporter[];
  readonly onTrouble: (says: string) => void;
  /** Is called with each trial that was done, the dose of a parameter in its unit. */
  readonly onTrial: (trial: SweepTrial, dose: Dose, number: number) => void;
}

/** A sweep that was done, and its folder (absolute). */
export interface Swept {
  readonly sweep: Sweep;
  readonly dir: string;
}

/** Folder of the sweeps beside the run folders of `out`. */
function sweepsDirOf(out: string): string {
  return join(out, "sweeps");
}

/**
 * Sweeps one intent. Throws HarnessError "bad-input", before anything is touched, for an intent with problems or
 * without a dose; "environment" when nothing may run here. What ends it early is in the sweep, with what there
 * is until then.
 */
export async function sweepIntent(file: string, how: SweepHow): Promise<Swept> {
  const { setting } = how;
  const { intents, runId: sweepId } = await choose([file], { trials: 1, levels: "open", ...(setting && { setting }) });
  const [intent, ...others] = intents;
  if (intent === undefined || others.length > 0) {
    throw new HarnessError("bad-input", `${file} holds ${intents.length} intents`, { hint: "a sweep takes one" });
  }
  const text = await readFile(intent.file, "utf8");
  const dosed = doseOf(intent, text, how.disturbance);
  const places = await placesThatLint(intent.file, dosed, lintNewIntents);
  await refuseUnlessFree();
  const folder = await createRunFolder(resolve(sweepsDirOf(how.out)), sweepId);
  const startedAt = new Date().toISOString();
  const seed = how.seed ?? intent.seed;
  const { trials, searched } = await tryDoses({ intent, dosed, places, seed, dir: folder.dir }, how);
  const { dose } = dosed;
  const interrupted = how.stopping.reason !== undefined;
  const ceiling = searched.ceiling === undefined ? {} : { ceiling: doseAt(dose, searched.ceiling) };
  const sweep: Sweep = {
    schemaVersion: 1,
    sweepId,
    startedAt,
    endedAt: new Date().toISOString(),
    harness: thisHarness(),
    intent: intent.id,
    title: intent.title,
    intentFile: intent.file,
    target: intent.target,
    ...(intent.settings && { settings: intent.settings }),
    seed,
    disturbance: dosed.disturbance,
    fault: dosed.fault,
    param: dose.param,
    unit: dose.unit,
    mildest: doseAt(dose, places[0] ?? 0),
    harshest: doseAt(dose, places.at(-1) ?? 1),
    ...ceiling,
    most: how.most,
    ended: searched.ended,
    ...(interrupted && { interrupted }),
    trials,
    breaks: breakingDose(dose, searched.estimate),
  };
  return { sweep, dir: folder.dir };
}

interface Trying {
  readonly intent: Intent;
  readonly dosed: Dosed;
  readonly places: readonly number[];
  readonly seed: number;
  readonly dir: string;
}

async function tryDoses({ intent, dosed, places, seed, dir }: Trying, how: SweepHow) {
  const { stopping, reporters, onTrouble, setting, budget, most } = how;
  const trials: SweepTrial[] = [];
  const shared = { dir, intent: intent.id, stopping, reporters, onTrouble, ...(setting && { setting }) };
  const searched = await searchDose({
    places,
    most,
    mayNot: whyNoMore(stopping, budget),
    async tryAt(place) {
      const dose = doseAt(dosed.dose, place);
      const number = trials.length + 1;
      const at = { dose, text: dosed.textAt(dose), seed: hash32(`${seed} sweep ${number}`) >>> 1 };
      const { trial, ends } = await runTrialAt(shared, at);
      trials.push(trial);
      how.onTrial(trial, dosed.dose, number);
      const broke = trial.answer === "untold" ? undefined : trial.answer === "broke";
      return { broke, caps: trial.impact?.level === "disabling", ...(ends !== undefined && { ends }) };
    },
  });
  return { trials, searched };
}
