// What the files are that a user names: targets or intents.

import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { HarnessError } from "../core/errors.ts";
import { isTargetName } from "../core/target-files.ts";

/** Throws for a target's file: all its keys would be unknown ones of an intent. */
export function intentFiles(files: readonly string[]): readonly string[] {
  const target = files.find(isTargetFile);
  if (target === undefined) return files;
  throw new HarnessError("bad-input", `${target} is a target, not an intent`, {
    hint: "`rebound lint` checks it, `rebound up` starts it; name intents, or the folder of some",
  });
}

export function isTargetFile(file: string): boolean {
  return isTargetName(basename(file));
}

/** `20261122-031500-4f9a`: sorts by time, unique on this machine. */
export function makeRunId(): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${stamp}-${randomBytes(2).toString("hex")}`;
}
