// A disturbance may say how hard it shall hit in place of a dose: then its fault has a dose, and nobody says which.

import { writtenDose } from "../core/dose.ts";
import type { Fault } from "../core/fault.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { FaultItem } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";

/** Reports a level that cannot be; true when there is none, or one that can. */
export function checkLevel(draft: Draft, path: DataPath, item: FaultItem, { dose }: Pick<Fault, "dose">): boolean {
  if (item.level === undefined) return true;
  const where = [...path, "level"];
  if (dose === undefined) {
    const expected = `no level: ${item.fault} has no dose (\`rebound list faults\` says which have one)`;
    draft.report(where, { code: "RB0617", found: `a level for ${item.fault}`, expected }, "key");
    return false;
  }
  if (item.with?.[dose.param] !== undefined) {
    const expected = `either a level or the dose \`${dose.param}\``;
    draft.report(where, { code: "RB0617", found: `level beside ${dose.param}`, expected }, "key");
    return false;
  }
  const levels = (draft.parts.disturb ?? []).filter((one) => "level" in one && one.level !== undefined);
  if (levels.length > 1) {
    draft.report(
      where,
      { code: "RB0617", found: `${levels.length} levels`, expected: "one: the impact is that of all together" },
      "key",
    );
    return false;
  }
  return true;
}

/** Its parameters, with the harshest dose in place of a level: whatever dose it gets, the others must fit. */
export function paramsOf(item: FaultItem, { dose }: Pick<Fault, "dose">): Readonly<Record<string, unknown>> {
  if (item.level === undefined || dose === undefined) return item.with ?? {};
  return { ...item.with, [dose.param]: writtenDose(dose, dose.harshest) };
}
