// Every platform that stacks run on: one line each.

import { HarnessError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { Platform } from "../core/stack.ts";
import { thisHost } from "./processes/host.ts";
import { processes } from "./processes/platform.ts";

/** The machine that the harness itself runs on. */
export const host: Host = thisHost;

/** The first is the one of targets that name none, and of undo logs that were written before platforms had names. */
export const platforms: readonly Platform[] = [processes];

/** Throws HarnessError "environment" for a platform that this version does not have. */
export function platformNamed(name: string = processes.name): Platform {
  const found = platforms.find((platform) => platform.name === name);
  if (found !== undefined) return found;
  throw new HarnessError("environment", `this version has no platform ${name}`, {
    hint: `it has ${platforms.map((platform) => platform.name).join(", ")}`,
  });
}
