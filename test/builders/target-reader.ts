// What the linter of targets asks of the disk, for files that are really there.

import { existsSync } from "node:fs";
import { readWholeText } from "../../src/store/read-experiments.ts";
import type { TargetContext } from "../../src/target/lint-target.ts";
import { probeKinds } from "../../src/probes/table.ts";
import { loadSources } from "../../src/load/index.ts";
import { platformNames } from "../../src/platforms/index.ts";

/** The context of a target whose target.yaml lies in `dir`. */
export function targetReader(dir: string): TargetContext {
  return { dir, probeKinds, platformNames, loadSources, exists: existsSync, read: readWholeText };
}
