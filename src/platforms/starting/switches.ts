// What a stack is told through its environment of how this trial wants it: what is left out, and what is chosen.

import { HarnessError } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";

/** What the plan ablates and what the user has ablated by hand, together; a user's value is never taken away. */
export function ablationOf(target: Target, ablated: readonly string[]): Record<string, string> {
  if (target.ablationEnv === undefined) {
    if (ablated.length === 0) return {};
    throw new HarnessError("bad-input", `target ${target.name} cannot ablate ${ablated.join(", ")}`, {
      hint: "target.yaml needs ablation_env for an ablation arm",
    });
  }
  const byHand = (process.env[target.ablationEnv] ?? "").split(",").map((name) => name.trim());
  const all = [...new Set([...byHand, ...ablated])].filter((name) => name !== "");
  return all.length === 0 ? {} : { [target.ablationEnv]: all.join(",") };
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
