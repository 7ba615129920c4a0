// What a stack is told through its environment of how this trial wants it: what is left out, and what is chosen.

import { HarnessError } from "../../core/errors.ts";
import { fillKeys } from "../../core/keys.ts";
import type { KeyLookup } from "../../core/keys.ts";
import type { Target } from "../../core/target.ts";
import { fillTemplate } from "./templates.ts";
import type { TemplateValues } from "./templates.ts";

/** The value of a key that a target names, from our own environment. */
export const keyOfOurs: KeyLookup = (name) => process.env[name];

/**
 * What the plan ablates and what the user has ablated by hand, together; a user's value is never taken away. Pathways
 * with a switch of their own are switched off by that. `values` fill in its templates.
 */
export function ablationOf(
  target: Target,
  ablated: readonly string[],
  values: TemplateValues = {},
): Record<string, string> {
  const { ablations = {}, ablationEnv } = target;
  const switched = ablated.flatMap((name) => Object.entries(ablations[name]?.env ?? {}));
  const own = Object.fromEntries(
    switched.map(([name, value]) => [name, fillKeys(fillTemplate(value, values), keyOfOurs)]),
  );
  const told = ablated.filter((name) => ablations[name] === undefined);
  if (ablationEnv === undefined) {
    if (told.length === 0) return own;
    throw new HarnessError("bad-input", `target ${target.name} cannot ablate ${told.join(", ")}`, {
      hint: "target.yaml needs ablation_env, or each of them under ablate, for an ablation arm",
    });
  }
  const byHand = (process.env[ablationEnv] ?? "").split(",").map((name) => name.trim());
  const all = [...new Set([...byHand, ...told])].filter((name) => name !== "");
  return all.length === 0 ? own : { ...own, [ablationEnv]: all.join(",") };
}

/** The command by which the stack is started: another one where a pathway is switched off so. Throws "bad-input". */
export function startCommandOf(
  { name, file, start, ablations = {} }: Target,
  ablated: readonly string[],
): readonly string[] {
  const others = ablated.flatMap((pathway) => {
    const command = ablations[pathway]?.command;
    return command === undefined ? [] : [command];
  });
  const [first, second] = others;
  if (second !== undefined) {
    throw new HarnessError("bad-input", `target ${name} cannot start by two commands to ablate ${ablated.join(", ")}`, {
      hint: `all but one of them need env instead of command under ablate in ${file}`,
    });
  }
  return first ?? start.command;
}

/** Switches the healer off when the plan asks for it. */
export function unhealedOf(target: Target, unhealed: boolean): Record<string, string> {
  if (!unhealed) return {};
  if (target.unhealedEnv !== undefined) return { [target.unhealedEnv]: "1" };
  throw new HarnessError("bad-input", `target ${target.name} cannot start without its healer`, {
    hint: "target.yaml needs unhealed_env for an unhealed arm",
  });
}

/** Where the healer keeps what it learns. */
export function learningOf(target: Target, folder: string | undefined): Record<string, string> {
  if (folder === undefined) return {};
  if (target.learningEnv !== undefined) return { [target.learningEnv]: folder };
  throw new HarnessError("bad-input", `target ${target.name} cannot be given what it has learned`, {
    hint: "target.yaml needs learning_env for a second occurrence",
  });
}

/** The variables that carry the target's settings: as they are chosen, else their defaults. Throws "bad-input". */
export function settingsOf(target: Target, chosen: Readonly<Record<string, string>>): Record<string, string> {
  const known = new Map(Object.entries(target.settings ?? {}));
  const picks = new Map(Object.entries(chosen));
  const stray = [...picks.keys()].find((name) => !known.has(name));
  if (stray !== undefined) throw noSetting(target, `no setting "${stray}"`, [...known.keys()]);
  const entries = [...known].map(([name, { env, values, byDefault }]) => {
    const pick = picks.get(name) ?? byDefault;
    const value = new Map(Object.entries(values)).get(pick);
    if (value === undefined) throw noSetting(target, `no value "${pick}" of the setting ${name}`, Object.keys(values));
    return [env, value.value] as const;
  });
  return Object.fromEntries(entries);
}

function noSetting({ name, file }: Target, found: string, known: readonly string[]): HarnessError {
  return new HarnessError("bad-input", `target ${name} has ${found}`, {
    hint: `${file} has: ${known.join(", ") || "none"}`,
  });
}
