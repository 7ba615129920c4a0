// What must be true of the scripted operator and of chosen settings: the target has them, and each script can be seen.

import type { ArmName } from "../core/arms.ts";
import { formatDuration } from "../core/duration.ts";
import { suggestName } from "../core/nearest.ts";
import { parseOperator } from "../core/operator.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { Draft } from "./draft.ts";
import { msOf } from "./draft.ts";

/** Checks `operator` against target, arms and the time that is watched. */
export function checkOperator(draft: Draft): void {
  const { operator, arms } = draft.parts;
  const { target } = draft;
  if (operator === undefined) return;
  if (target && target.approvals === undefined) {
    const expected = `a target with approvals; ${target.name} has none`;
    draft.report(["operator"], { code: "RB0711", found: "a scripted operator", expected }, "key");
  }
  for (const arm of isByArm(operator) ? (Object.keys(operator) as ArmName[]) : []) {
    if (arms === undefined || arms.includes(arm)) continue;
    const expected = `an arm of this intent: ${arms.join(", ")}`;
    draft.report(["operator", arm], { code: "RB0711", found: `a script for the arm ${arm}`, expected }, "key");
  }
  for (const written of scriptsIn(operator)) checkScript(draft, written);
}

/** An answer must come while somebody watches, and each of several people needs a token. */
function checkScript(draft: Draft, { path, text }: WrittenScript): void {
  const script = parseOperator(text);
  if (script === undefined || script.does === "absent") return;
  const { expect, watch } = draft.parts;
  const watchMs = msOf(expect?.recovered?.within ?? watch);
  if (watchMs !== undefined && script.afterMs >= watchMs) {
    const expected = `less than the ${formatDuration(watchMs)} that the trial is watched`;
    draft.report(path, {
      code: "RB0712",
      found: `an answer ${formatDuration(script.afterMs)} after the question`,
      expected,
    });
  }
  const people = draft.target?.approvals?.tokenEnvs.length;
  if (people !== undefined && script.people > people) {
    const expected = `at most ${people}: ${draft.target?.name ?? "the target"} has so many token_envs`;
    draft.report(path, { code: "RB0712", found: `${script.people} people`, expected });
  }
}

interface WrittenScript {
  readonly path: DataPath;
  readonly text: string;
}

type Written = NonNullable<Draft["parts"]["operator"]>;

function isByArm(operator: Written): operator is Exclude<Written, string | readonly string[]> {
  return typeof operator === "object" && !Array.isArray(operator);
}

function scriptsIn(operator: Written): readonly WrittenScript[] {
  const under = (path: DataPath, written: string | readonly string[]): WrittenScript[] =>
    typeof written === "string"
      ? [{ path, text: written }]
      : written.map((text, at) => ({ path: [...path, at], text }));
  if (!isByArm(operator)) return under(["operator"], operator);
  return Object.entries(operator).flatMap(([arm, written]) => under(["operator", arm], written));
}

/** Checks `settings` against those of the target. */
export function checkSettings(draft: Draft): void {
  const { target } = draft;
  const known = target?.settings ?? {};
  for (const [name, value] of Object.entries(draft.parts.settings ?? {})) {
    if (target === undefined) return;
    const setting = Object.hasOwn(known, name) ? known[name] : undefined;
    if (setting === undefined) {
      const names = Object.keys(known);
      const expected = names.length === 0 ? `no settings: ${target.name} has none` : `a setting of ${target.name}`;
      const hint = suggestName(name, names);
      const problem = {
        code: "RB0415" as const,
        found: `unknown setting "${name}"`,
        expected,
        ...(hint !== undefined && { suggestion: hint }),
      };
      draft.report(["settings", name], problem, "key");
    } else if (!Object.hasOwn(setting.values, value)) {
      const hint = suggestName(value, Object.keys(setting.values));
      const problem = {
        code: "RB0415" as const,
        found: `unknown value "${value}"`,
        expected: `a value of the setting ${name}`,
      };
      draft.report(["settings", name], { ...problem, ...(hint !== undefined && { suggestion: hint }) });
    }
  }
}
