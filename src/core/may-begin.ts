// What a target must say before anything of it is started. Asked before its intents are looked at, so that the one
// reason is told and not what follows from it.

import type { Problem } from "./errors.ts";
import type { Target } from "./target.ts";

type Asked = Pick<Target, "name" | "file" | "chaosAllowed" | "inventoryUrl" | "containers">;

/** Why no trial can run on it, by its file alone; empty: nothing there keeps one from being. */
export function whyNoRun({ name, file, chaosAllowed, inventoryUrl, containers }: Asked): readonly Problem[] {
  const place = { file, line: 1, column: 1 };
  const problems: Problem[] = [];
  if (!chaosAllowed) {
    const expected = "that line, by its owner, before Rebound touches it";
    problems.push({ place, found: `no "chaos: allowed" in the target ${name}`, expected });
  }
  // An engine is asked itself who runs where.
  if (inventoryUrl === undefined && containers === undefined) {
    const expected = "`inventory`, a page that lists who runs where: see targets/README.md, section 3";
    problems.push({ place, found: `no inventory in the target ${name}`, expected });
  }
  return problems;
}
