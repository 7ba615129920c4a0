// targets/echo-swarm as its target.yaml says, or another file of that folder.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../src/core/target.ts";
import { lintTargetText } from "../../src/target/lint-target.ts";
import { targetReader } from "../builders/target-reader.ts";
import { projectRoot } from "./rebound-process.ts";

export function echoSwarm(name = "target.yaml"): Target {
  const dir = join(projectRoot, "targets/echo-swarm");
  const file = join(dir, name);
  const { target, problems } = lintTargetText(readFileSync(file, "utf8"), file, targetReader(dir));
  if (target === undefined) throw new Error(JSON.stringify(problems));
  return target;
}
