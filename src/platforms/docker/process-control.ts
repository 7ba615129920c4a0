// What runs as a replica in a container: ended past the engine, so that a restart policy acts on it; frozen by the
// engine's pause, which disarms no policy and which a healer may lift.

import { setTimeout as delay } from "node:timers/promises";
import type { ProcessControl, ReplicaControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { containerNow, containerOf, type SeenContainer } from "./containers.ts";
import { unlessSo, type Engine } from "./engine.ts";
import { signalMain } from "./main-process.ts";
import type { Project } from "./project.ts";

const startsWithinMs: Ms = 5_000;
const startPollMs: Ms = 25;

/** That very instance, as long as it runs. */
export async function runningAs(engine: Engine, instance: string): Promise<SeenContainer | undefined> {
  const { id } = containerOf(instance);
  const now = await containerNow(engine, id);
  return now?.instance === instance ? now : undefined;
}

/** The same; throws HarnessError "environment" when it runs no more, or is not of the stack under test. */
export async function ownRunning(project: Project, instance: string): Promise<SeenContainer> {
  const container = await runningAs(project.engine, instance);
  if (container === undefined) throw refusal(instance, "it does not run any more");
  const own = (await project.look()).some((one) => one.container?.id === container.id);
  if (!own) throw refusal(instance, "it is not of the stack under test");
  return container;
}

/** The container of one replica; undefined when there is none. */
async function containerAt(project: Project, replica: string): Promise<SeenContainer | undefined> {
  return (await project.look()).find((one) => one.replica === replica)?.container;
}

export function processControl(project: Project, replica: string): ProcessControl {
  const { engine } = project;
  return {
    find: async () => (await containerAt(project, replica))?.instance,
    async signal(instance, signal) {
      const container = await ownRunning(project, instance);
      const there = engine.docker.getContainer(container.id);
      if (signal === "SIGSTOP") await there.pause();
      else if (signal === "SIGCONT") await unlessSo(there.unpause());
      else await signalMain(container, signal);
    },
    isAlive: async (instance) => (await runningAs(engine, instance)) !== undefined,
    isStopped: async (instance) => (await runningAs(engine, instance))?.isPaused === true,
  };
}

function refusal(instance: string, why: string): HarnessError {
  return new HarnessError("environment", `refusing to act on ${instance}: ${why}`);
}

/** Starts it by the engine, which also arms its restart policy again. */
export function replicaControl(project: Project, replica: string): ReplicaControl {
  return {
    async ensureRunning() {
      const before = await containerAt(project, replica);
      if (before === undefined) throw new HarnessError("environment", `${replica} has no container any more`);
      if (before.instance !== undefined) return { started: false, instance: before.instance };
      const there = project.engine.docker.getContainer(before.id);
      await project.own.order(before.id, "start", () => unlessSo(there.start()));
      // One that its policy is about to start again takes no order to start, and runs a little later.
      const until = performance.now() + startsWithinMs;
      while (performance.now() < until) {
        const after = (await containerAt(project, replica))?.instance;
        if (after !== undefined) return { started: true, instance: after };
        await delay(startPollMs);
      }
      throw new HarnessError("environment", `${replica} was started, and does not run after ${startsWithinMs} ms`);
    },
  };
}
