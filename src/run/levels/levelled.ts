// The disturbance of an intent that says how hard it shall hit, and what is wrong where no dose is known for that.

import type { CodedProblem } from "../../core/errors.ts";
import type { Intent } from "../../core/intent.ts";
import type { AskedLevel } from "../../core/levels.ts";
import { readYaml } from "../../language/yaml-source.ts";

/** Which disturbance, from 0, and what it says. */
interface Levelled {
  readonly index: number;
  readonly level: AskedLevel;
}

/** The disturbance that says its level; undefined: none does. */
export function levelled(intent: Intent): Levelled | undefined {
  const index = intent.disturbances.findIndex(({ level }) => level !== undefined);
  const level = intent.disturbances[index]?.level?.intended;
  return level === undefined ? undefined : { index, level };
}

/** Says at the level that nobody knows its dose; `text`: of the intent, `impacts`: how many were measured. */
export function unknownDose(
  { file }: Pick<Intent, "file">,
  { text, index, level, impacts }: Levelled & { readonly text: string; readonly impacts: number },
): CodedProblem {
  return {
    code: "RB0618",
    place: readYaml(text, file).placeOf(["disturb", index, "level"]),
    found: `level: ${level}, with ${impacts} impacts measured under these conditions`,
    expected: "a dose that was calibrated",
  };
}
