// An intent that says how hard a disturbance shall hit gets the dose that did so before.

import { readFile } from "node:fs/promises";
import { HarnessError } from "../../core/errors.ts";
import { writtenDose } from "../../core/dose.ts";
import { hash32 } from "../../core/random.ts";
import type { Disturbance, Intent } from "../../core/intent.ts";
import type { Target } from "../../core/target.ts";
import { readImpacts } from "../../history/impact-rows.ts";
import { settingsOf } from "../../plan/settings.ts";
import { doseOf, placesThatLint, type LintTexts } from "../sweep/dosed-intent.ts";
import { doseOfLevel } from "./level-dose.ts";

/** What else the impact of a dose depends on, as a digest; `dosed`: the disturbance, from 0, and its dose's name. */
export function conditionsKey(
  intent: Intent,
  target: Target,
  dosed: { readonly index: number; readonly param: string },
): string {
  const disturbances = intent.disturbances.map(({ fault, on, params, timing }, index) => {
    const { [dosed.param]: _dose, ...others } = params;
    return { fault, on, params: index === dosed.index ? others : params, timing };
  });
  const { settings } = settingsOf(intent, target);
  const text = JSON.stringify([settings, intent.load, intent.expect.budget?.slo, disturbances]);
  return [text, `again ${text}`].map((one) => hash32(one).toString(16).padStart(8, "0")).join("");
}

/** The disturbance that says its level; undefined: none does. */
export function levelled(intent: Intent): { readonly index: number; readonly disturbance: Disturbance } | undefined {
  const index = intent.disturbances.findIndex(({ level }) => level !== undefined);
  const disturbance = intent.disturbances[index];
  return disturbance === undefined ? undefined : { index, disturbance };
}

interface Known {
  /** Folder that the runs' folders lie in. */
  readonly out: string;
  readonly lint: LintTexts;
}

/**
 * The intent with the dose in place of the level; as it is where it says none. Throws HarnessError "bad-input", with
 * what to type, where no dose is known for the level.
 */
export async function atLevels(intent: Intent, target: Target, { out, lint }: Known): Promise<Intent> {
  const found = levelled(intent);
  const level = found?.disturbance.level?.intended;
  if (found === undefined || level === undefined) return intent;
  const dosed = doseOf(intent, await readFile(intent.file, "utf8"), found.index + 1);
  const places = await placesThatLint(intent.file, dosed, lint);
  const key = conditionsKey(intent, target, { index: found.index, param: dosed.dose.param });
  const { rows } = await readImpacts(out);
  const own = rows.filter((row) => row.intent === intent.id && row.target === intent.target && row.key === key);
  const known = doseOfLevel(own, { dose: dosed.dose, level, places });
  if (known === undefined) {
    const place = { file: intent.file, line: 1, column: 1 };
    throw new HarnessError(
      "bad-input",
      `${intent.id}: no dose of ${dosed.fault} is known to be ${level}; nothing was started`,
      {
        problems: [
          {
            place,
            found: `level: ${level}, with ${own.length} impacts measured under these conditions`,
            expected: "a dose that was calibrated",
          },
        ],
        hint: `type \`rebound calibrate ${intent.file}\`, which finds it`,
      },
    );
  }
  const { dose, ...sure } = known;
  const disturbances = intent.disturbances.map((one, index) =>
    index === found.index
      ? {
          ...one,
          params: { ...one.params, [dosed.dose.param]: writtenDose(dosed.dose, dose) },
          level: { intended: level, param: dosed.dose.param, dose, key, ...sure },
        }
      : one,
  );
  return { ...intent, disturbances };
}
