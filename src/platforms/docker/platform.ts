// Stacks of containers on a Docker engine of this machine: the platform's parts, put together as the harness knows a
// platform.

import { messageOf } from "../../core/errors.ts";
import type { Platform, ReadinessCheck } from "../../core/platform.ts";
import { removeProxies } from "../toxiproxy/external-proxy.ts";
import { removeCompose } from "./compose-start.ts";
import { cleanerOf, offers } from "./controls.ts";
import { openEngine } from "./engine.ts";
import { giveNamesBack } from "./attached-names.ts";
import { missingPrograms } from "./programs.ts";
import { startStack } from "./start-stack.ts";
import { watchContainers } from "./survey.ts";
import { unfitContainers } from "./unfit.ts";
import { isStack, platformName, wayOf } from "./ways.ts";

const engineAnswers: ReadinessCheck = {
  name: "Docker engine",
  needed: false,
  advice: "targets of containers cannot run without one; targets of processes need none",
  async look() {
    const { docker, host } = await openEngine();
    const { Version: version, ApiVersion: api } = await docker.version();
    return `${version} (API ${api}) at ${host}`;
  },
};

export const docker: Platform = {
  name: platformName,
  about: "Containers of a compose project, on a Docker engine of this machine.",
  offers,
  checks: [engineAnswers],
  gaps: missingPrograms,
  unfit: unfitContainers,
  prepare: async () => undefined,
  watch: watchContainers,
  start: startStack,
  reopen: cleanerOf,
  async takeBack(entry) {
    const way = wayOf(entry);
    try {
      const left = await takenBack(way);
      return { ok: left.length === 0, says: left.length === 0 ? "gone" : `still there: ${left.join(", ")}` };
    } catch (thrown) {
      return { ok: false, says: messageOf(thrown) };
    }
  },
  isStack,
};

/** Names what stays. */
async function takenBack(way: ReturnType<typeof wayOf>): Promise<readonly string[]> {
  if (way.kind === "proxies") return removeProxies(way.apiUrl, way.prefix);
  const engine = await openEngine(way.engine);
  return way.kind === "names" ? giveNamesBack(engine, way) : removeCompose(engine, way.marker);
}
