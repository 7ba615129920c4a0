// `rebound calibrate`: finds the dose that has the level which an intent asks for, by trials at doses that are chosen
// one after the other, and remembers every impact that it measures.

import { readFile } from "node:fs/promises";
import { resolve, join } from "node:path";
import { doseAt, type Dose } from "../../core/dose.ts";
import { HarnessError } from "../../core/errors.ts";
import type { AskedLevel } from "../../core/levels.ts";
import { hash32 } from "../../core/random.ts";
import { appendImpacts, readImpacts } from "../../history/impact-rows.ts";
import type { SweepTrial } from "../../records/sweep.ts";
import { createRunFolder } from "../../store/run-folder.ts";
import { refuseUnlessFree } from "../guard.ts";
import { choose, lintNewIntents } from "../select.ts";
import { doseOf, placesThatLint } from "../sweep/dosed-intent.ts";
import { runTrialAt, whyNoMore } from "../sweep/run-trial.ts";
import { searchDose } from "../sweep/search-dose.ts";
import type { SweepHow } from "../sweep/sweep.ts";
import { conditionsKey } from "./at-levels.ts";
import { doseOfLevel, hasReached, type LevelDose } from "./level-dose.ts";
import { levelled } from "./levelled.ts";

/** What a calibration found. */
export interface Calibrated {
  readonly intent: string;
  readonly fault: string;
  readonly level: AskedLevel;
  readonly dose: Dose;
  /** Undefined: the impacts tell too little. */
  readonly known: LevelDose | undefined;
  readonly ended: string;
  /** Somebody or something ended it early. */
  readonly interrupted: boolean;
  readonly trials: readonly SweepTrial[];
  /** Folder with its runs. */
  readonly dir: string;
}

/**
 * Calibrates one intent; each impact is remembered as soon as it is measured. No dose is tried that is harsher than one
 * whose impact was disabling. Throws HarnessError "bad-input", before anything is touched, for an intent with problems
 * or without a level; "environment" when nothing may run here.
 */
export async function calibrateIntent(file: string, how: Omit<SweepHow, "disturbance">): Promise<Calibrated> {
  const { setting, stopping, out } = how;
  const choice = await choose([file], { trials: 1, levels: "open", ...(setting && { setting }) });
  const [intent, ...others] = choice.intents;
  const found = intent && levelled(intent);
  const target = choice.targets.find(({ name }) => name === intent?.target);
  if (intent === undefined || found === undefined || target === undefined || others.length > 0) {
    throw new HarnessError("bad-input", `${file} is no single intent that says a level; nothing was started`, {
      hint: "write `level: significant` beside the fault, in place of its dose",
    });
  }
  const { index, level } = found;
  const dosed = doseOf(intent, await readFile(intent.file, "utf8"), index + 1);
  const places = await placesThatLint(intent.file, dosed, lintNewIntents);
  await refuseUnlessFree();
  const { dir } = await createRunFolder(resolve(join(out, "sweeps")), choice.runId);
  const { dose, fault } = dosed;
  const key = conditionsKey(intent, { target, dosed: { index, param: dose.param } });
  const base = { v: 1 as const, target: intent.target, intent: intent.id, key, fault, param: dose.param };
  const trials: SweepTrial[] = [];
  const { ended } = await searchDose({
    places,
    most: how.most,
    mayNot: whyNoMore(stopping, how.budget),
    async tryAt(place) {
      const value = doseAt(dose, place);
      const seed = hash32(`${how.seed ?? intent.seed} calibrate ${trials.length + 1}`) >>> 1;
      const at = new Date().toISOString();
      const shared = { ...how, dir, intent: intent.id };
      const { trial, ends } = await runTrialAt(shared, { dose: value, text: dosed.textAt(value), seed });
      trials.push(trial);
      how.onTrial(trial, dose, trials.length);
      const { impact, answer, run } = trial;
      const felt = answer === "untold" ? undefined : impact;
      if (felt !== undefined)
        await appendImpacts(out, [{ ...base, at, run, dose: value, bad: felt.bad, slo: felt.slo }]);
      const broke = felt && hasReached(felt, level);
      return { broke, caps: impact?.level === "disabling", ...(ends !== undefined && { ends }) };
    },
  });
  const { rows } = await readImpacts(out);
  const own = rows.filter((row) => row.intent === intent.id && row.target === intent.target && row.key === key);
  const known = doseOfLevel(own, { dose, level, places });
  return {
    intent: intent.id,
    fault,
    level,
    dose,
    known,
    ended,
    interrupted: stopping.reason !== undefined,
    trials,
    dir,
  };
}
