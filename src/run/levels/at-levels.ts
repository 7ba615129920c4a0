// An intent that says how hard a disturbance shall hit gets the dose that did so before.

import { readFile } from "node:fs/promises";
import { HarnessError } from "../../core/errors.ts";
import { writtenDose } from "../../core/dose.ts";
import { hash32 } from "../../core/random.ts";
import type { Intent } from "../../core/intent.ts";
import type { Target } from "../../core/target.ts";
import { readImpacts } from "../../history/impact-rows.ts";
import { settingsOf } from "../../plan/settings.ts";
import { doseOf, placesThatLint, type LintTexts } from "../sweep/dosed-intent.ts";
import { doseOfLevel } from "./level-dose.ts";
import { levelled, unknownDose } from "./levelled.ts";

/**
 * What else the impact of a dose depends on, as a digest; `dosed`: the disturbance, from 0, and its dose's name. How
 * long users are hurt is part of it: where nothing repairs it, until the trial ends.
 */
export function conditionsKey(
  intent: Intent,
  { target, dosed }: { readonly target: Target; readonly dosed: { readonly index: number; readonly param: string } },
): string {
  const disturbances = intent.disturbances.map(({ fault, on, feltBy, params, timing }, index) => {
    const { [dosed.param]: _dose, ...others } = params;
    return { fault, on, feltBy, params: index === dosed.index ? others : params, timing };
  });
  const { load, steady, watchMs, abortIf, expect } = intent;
  const { budget, recovered } = expect;
  const { withinMs, holdMs, staysMs } = recovered ?? {};
  const { settings } = settingsOf(intent, target);
  const felt = { slo: budget?.slo, stream: budget?.stream, steady, watchMs, withinMs, holdMs, staysMs, abortIf };
  const text = JSON.stringify([target.platform, settings, load, felt, disturbances]);
  return [text, `again ${text}`].map((one) => hash32(one).toString(16).padStart(8, "0")).join("");
}

/** True of an intent that says a level, and has no dose for it. */
export function isWithoutDose({ disturbances }: Intent): boolean {
  return disturbances.some(({ level }) => level !== undefined && !("dose" in level));
}

interface Known {
  /** Folder that the runs' folders lie in. */
  readonly out: string;
  readonly lint: LintTexts;
  /** Where no dose is known the intent stays as it is, and is not to be run. */
  readonly mayStay: boolean;
}

/**
 * The intent with the dose in place of the level; as it is where it says none. Throws HarnessError "bad-input", with
 * what to type, where no dose is known for the level and it may not stay.
 */
export async function atLevels(intent: Intent, target: Target, { out, lint, mayStay }: Known): Promise<Intent> {
  const found = levelled(intent);
  if (found === undefined) return intent;
  const { index: at, level } = found;
  const text = await readFile(intent.file, "utf8");
  const dosed = doseOf(intent, text, at + 1);
  const places = await placesThatLint(intent.file, dosed, lint);
  const { param, unit } = dosed.dose;
  const key = conditionsKey(intent, { target, dosed: { index: at, param } });
  const { rows } = await readImpacts(out);
  const own = rows.filter((row) => row.intent === intent.id && row.target === intent.target && row.key === key);
  const known = doseOfLevel(own, { dose: dosed.dose, level, places });
  if (known === undefined && mayStay) return intent;
  if (known === undefined) {
    const hint =
      target.isElsewhere === true
        ? "write the dose in place of the level: doses are calibrated on the target's own platform alone"
        : `type \`rebound calibrate ${intent.file}\`, which finds it`;
    throw new HarnessError(
      "bad-input",
      `${intent.id}: no dose of ${dosed.fault} is known to be ${level}; nothing was started`,
      { problems: [unknownDose(intent, { text, index: at, level, impacts: own.length })], hint },
    );
  }
  const { dose, ...sure } = known;
  const disturbances = intent.disturbances.map((one, index) =>
    index === at
      ? {
          ...one,
          params: { ...one.params, [param]: writtenDose(dosed.dose, dose) },
          level: { intended: level, param, dose, unit, key, ...sure },
        }
      : one,
  );
  return { ...intent, disturbances };
}
