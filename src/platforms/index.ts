// Every platform that stacks run on: one line each.

import { HarnessError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { Platform } from "../core/platform.ts";
import { withHosted } from "./docker/hosted/platform.ts";
import { docker } from "./docker/platform.ts";
import { thisHost } from "./processes/host.ts";
import { processes } from "./processes/platform.ts";
import { swarm } from "./docker/swarm/platform.ts";

/** The machine that the harness itself runs on. */
export const host: Host = thisHost;

/** The first is the one of targets that name none. */
export const platforms: readonly Platform[] = [processes, withHosted(docker, processes), swarm];

/** Their names, in the order of the table. */
export const platformNames: readonly string[] = platforms.map(({ name }) => name);

/** What a target's platform can offer at a site, by target.yaml alone; asked at plan time. */
export const offeredBy: Platform["offers"] = (target, site) => platformNamed(target.platform).offers(target, site);

/** Throws HarnessError "environment" for a platform that this version does not have. */
export function platformNamed(name: string): Platform {
  const found = platforms.find((platform) => platform.name === name);
  if (found !== undefined) return found;
  throw new HarnessError("environment", `this version has no platform ${name}`, {
    hint: `it has ${platformNames.join(", ")}`,
  });
}
