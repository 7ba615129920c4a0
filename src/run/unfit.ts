// What keeps targets from running here and now, with the place in target.yaml that asks for it. Looked for before
// anything of a run exists: later the same is the machine's trouble, and no longer the user's input.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HarnessError, type Problem } from "../core/errors.ts";
import type { Unfit } from "../core/platform.ts";
import type { Target } from "../core/target.ts";
import { counted, listed } from "../core/text.ts";
import { readYaml } from "../language/yaml-source.ts";
import { platformNamed } from "../platforms/index.ts";

/** Empty: nothing does. A platform is not asked about a target that must not be touched. */
export async function unfitOf(target: Target): Promise<readonly Problem[]> {
  const found = target.chaosAllowed ? await platformNamed(target.platform).unfit?.(target) : [forbidden];
  if (found === undefined || found.length === 0) return [];
  const source = readYaml(textOf(target), target.file);
  return found.map(({ at, found: what, expected, suggestion }) => ({
    place: source.placeOf(at),
    found: what,
    expected,
    ...(suggestion !== undefined && { suggestion }),
  }));
}

const forbidden: Unfit = {
  at: ["chaos"],
  found: 'no "chaos: allowed"',
  expected: "that line, by the owner of the stack, before Rebound touches it",
};

/** Throws HarnessError "bad-input" with every problem of all of them. */
export async function refuseUnfit(targets: readonly Target[]): Promise<void> {
  const problems: Problem[] = [];
  for (const target of targets) problems.push(...(await unfitOf(target)));
  if (problems.length === 0) return;
  const names = listed(targets.map(({ name }) => name));
  throw new HarnessError(
    "bad-input",
    `${counted(problems.length, "problem")} where ${names} shall run; nothing was started`,
    {
      problems,
    },
  );
}

/** A file that cannot be read again is shown at its beginning. */
function textOf({ dir, file }: Target): string {
  try {
    return readFileSync(join(dir, basename(file)), "utf8");
  } catch {
    return "";
  }
}
