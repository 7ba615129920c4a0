// Stacks of containers on a Docker engine of this machine: the platform's parts, put together as the harness knows a
// platform.

import { messageOf } from "../../core/errors.ts";
import type { Platform, ReadinessCheck } from "../../core/platform.ts";
import { removeCompose } from "./compose-start.ts";
import { controlsOf, offers, projectFromHandle } from "./controls.ts";
import { openEngine } from "./engine.ts";
import { startStack } from "./start-stack.ts";
import { watchContainers } from "./survey.ts";
import { platformName, wayOf } from "./ways.ts";

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
  prepare: async () => undefined,
  watch: watchContainers,
  start: startStack,
  async reopen(handle) {
    const project = await projectFromHandle(handle);
    return { controls: (site) => controlsOf(project, site) };
  },
  async takeBack(entry) {
    const { engine, marker } = wayOf(entry);
    try {
      const left = await removeCompose(await openEngine(engine), marker);
      return { ok: left.length === 0, says: left.length === 0 ? "gone" : `still there: ${left.join(", ")}` };
    } catch (thrown) {
      return { ok: false, says: messageOf(thrown) };
    }
  },
};
