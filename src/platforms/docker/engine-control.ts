// What the engine itself tells of the containers of a stack.

import type { EngineControl } from "../../core/container-controls.ts";
import type { Project } from "./project.ts";
import { toldOf } from "./told.ts";

export function engineControl({ engine }: Project): EngineControl {
  return { told: (instance, since) => toldOf(engine, instance, since) };
}
