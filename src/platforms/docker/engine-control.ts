// Orders to the engine about a container, as people give them, and what the engine tells of it. An order to end is
// taken for a wish: no restart policy acts on it until somebody starts the container.

import type { EngineControl } from "../../core/container-controls.ts";
import { containerNow, containerOf } from "./containers.ts";
import { ownRunning } from "./process-control.ts";
import type { Project } from "./project.ts";
import { settled } from "./settled.ts";
import { toldOf } from "./told.ts";

const msPerSecond = 1_000;

export function engineControl(project: Project): EngineControl {
  const { engine } = project;
  return {
    async end(instance, order) {
      const { id } = await ownRunning(project, instance);
      const container = engine.docker.getContainer(id);
      if (order.kind === "kill") await container.kill({ signal: order.signal });
      else await container.stop({ t: Math.ceil(order.graceMs / msPerSecond) });
    },
    async policy(instance) {
      const container = await containerNow(engine, containerOf(instance).id);
      if (container === undefined) return undefined;
      return container.info.HostConfig.RestartPolicy?.Name || "no";
    },
    told: (instance, since) => toldOf(engine, instance, since),
    settled: (instance, ordered, signal) => settled(engine, instance, ordered, signal),
  };
}
