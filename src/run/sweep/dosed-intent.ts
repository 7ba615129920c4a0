// The intent of a sweep at each of its doses: as text, linted like any other, so that no dose is beyond what fault,
// intent and target allow.

import { HarnessError, type Problem } from "../../core/errors.ts";
import { doseAt, doseText, placeOf, writtenDose, type Dose } from "../../core/dose.ts";
import type { Intent } from "../../core/intent.ts";
import { listed } from "../../core/text.ts";
import { withValue } from "../../language/set-value.ts";
import { readYaml } from "../../language/yaml-source.ts";
import type { DataPath } from "../../language/yaml-nodes.ts";
import { faultTable } from "../compose/trial-stack.ts";

/** Gives the problems of each text. */
export type LintTexts = (
  texts: readonly { readonly text: string; readonly file: string }[],
) => Promise<readonly (readonly Problem[])[]>;

/** Places that are tried of a dose: forty steps. */
const steps = 40;

/** Which dose of an intent is swept, and where it stands. */
export interface Dosed {
  readonly disturbance: number;
  readonly fault: string;
  readonly dose: Dose;
  /** The intent's text at this dose. */
  readonly textAt: (value: number) => string;
}

/**
 * Finds the dose. `chosen`: the disturbance, from 1. Throws HarnessError "bad-input" where there is none, or several
 * and none was chosen, and where the intent expects no recovery that could break.
 */
export function doseOf(intent: Intent, text: string, chosen?: number): Dosed {
  const refuse = (found: string, expected: string, hint: string): never => {
    const place = { file: intent.file, line: 1, column: 1 };
    throw new HarnessError("bad-input", `${intent.id} cannot be swept; nothing was started`, {
      problems: [{ place, found, expected }],
      hint,
    });
  };
  const dosed = intent.disturbances.flatMap(({ fault }, index) => {
    const dose = faultTable.get(fault)?.dose;
    return dose === undefined || (chosen !== undefined && index !== chosen - 1) ? [] : [{ index, fault, dose }];
  });
  const withDose = [...faultTable.values()].filter(({ dose }) => dose !== undefined).map(({ name }) => name);
  const hint = `faults with a dose: ${listed(withDose)}`;
  const [one, ...more] = dosed;
  if (one === undefined) {
    const names = intent.disturbances.map(({ fault }) => fault).join(", ");
    const which = chosen === undefined ? names : (intent.disturbances[chosen - 1]?.fault ?? `no disturbance ${chosen}`);
    return refuse(which, "a fault that has a dose", hint);
  }
  if (more.length > 0) {
    const names = dosed.map(({ index, fault }) => `${index + 1} ${fault}`).join(", ");
    return refuse(`several doses: ${names}`, "one of them", "choose it: --disturbance N");
  }
  if (intent.expect.recovered === undefined)
    return refuse("no expect.recovered", "a recovery that can break", "name by whom and within what time it recovers");
  const path = pathOf(text, intent.file, one);
  return {
    disturbance: one.index,
    fault: one.fault,
    dose: one.dose,
    textAt: (value) => withValue(text, path, writtenDose(one.dose, value), ["disturb", one.index, "level"]),
  };
}

/** `load: { times: 1.5 }` is the short way to write a change of load. */
function pathOf(
  text: string,
  file: string,
  { index, dose }: { readonly index: number; readonly dose: Dose },
): DataPath {
  const source = readYaml(text, file);
  return ["disturb", index, source.has(["disturb", index, "load"]) ? "load" : "with", dose.param];
}

/**
 * Places of doses that lint, rising: from the mildest to the last before one that is refused. Throws HarnessError
 * "bad-input", with why, when none does.
 */
export async function placesThatLint(
  file: string,
  { dose, textAt }: Dosed,
  lint: LintTexts,
): Promise<readonly number[]> {
  const all = Array.from({ length: steps + 1 }, (_, index) => doseAt(dose, index / steps));
  const values = [...new Set(all)];
  const problems = await lint(values.map((value) => ({ text: textAt(value), file })));
  const from = problems.findIndex((found) => found.length === 0);
  if (from === -1) {
    const [least = 0, most = 0] = [values[0], values.at(-1)];
    const words = `no ${dose.param} from ${doseText(dose, least)} to ${doseText(dose, most)} lints; nothing was started`;
    throw new HarnessError("bad-input", words, { problems: problems[0] ?? [] });
  }
  const end = problems.findIndex((found, index) => index > from && found.length > 0);
  return values.slice(from, end === -1 ? undefined : end).map((value) => placeOf(dose, value));
}
