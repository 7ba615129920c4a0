// Stacks of a Docker Swarm, which places and replaces their tasks itself: the platform's parts, put together as the
// harness knows a platform.

import { messageOf } from "../../../core/errors.ts";
import type { Platform } from "../../../core/platform.ts";
import { openEngine } from "../engine.ts";
import { controlsOf, offers, stackFromHandle } from "./controls.ts";
import { removeStack } from "./deploy.ts";
import { startStack } from "./start-stack.ts";
import { watchSwarm } from "./survey.ts";
import { switchBack } from "./switches.ts";
import { unfitStack } from "./unfit.ts";
import { isStarted, platformName, wayOf } from "./ways.ts";

export const swarm: Platform = {
  name: platformName,
  about: "A stack of services on a Docker Swarm whose manager answers on this machine.",
  offers,
  // The engine is asked for by the platform docker.
  checks: [],
  unfit: unfitStack,
  prepare: async () => undefined,
  watch: watchSwarm,
  start: startStack,
  async reopen(handle) {
    const { stack, places } = await stackFromHandle(handle);
    return { controls: (site) => controlsOf(stack, places, site) };
  },
  async takeBack(entry) {
    const way = wayOf(entry);
    try {
      const engine = await openEngine(way.engine);
      if (way.kind === "stack") {
        const left = await removeStack(engine, way.marker);
        return { ok: left.length === 0, says: left.length === 0 ? "gone" : `still there: ${left.join(", ")}` };
      }
      await switchBack(engine, way.switches);
      return { ok: true, says: "as it was before" };
    } catch (thrown) {
      return { ok: false, says: messageOf(thrown) };
    }
  },
  isStack: isStarted,
};
