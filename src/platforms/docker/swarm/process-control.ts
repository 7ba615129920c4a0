// What runs as a replica in a task: ended past its engine, so that the Swarm finds it ended of itself and places
// another one. It is never started by us: the manager does that, or nobody.

import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessControl, ReplicaControl } from "../../../core/controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { Ms } from "../../../core/units.ts";
import { isOf, mainOf } from "../main-process.ts";
import { instanceOf, taskNow, tasksOf, type SeenTask } from "./cluster.ts";
import { forceUpdate } from "./services.ts";
import type { SwarmStack } from "./stack.ts";

/** The update replaces one task after the other, watches each by the policy, and may come to this one last, ms. */
const startsWithinMs: Ms = 20_000;
const startPollMs: Ms = 50;

/** Containers whose processes were seen on this machine: of these it is known at once that they ended. */
const seenHere = new Set<string>();

/** That very task, as long as it runs by the manager, and by the process table where that shows it. */
export async function runningAs({ engine, name }: SwarmStack, instance: string): Promise<SeenTask | undefined> {
  const task = (await tasksOf(engine, name)).find((one) => instanceOf(one) === instance);
  return task !== undefined && (await runs(task)) ? task : undefined;
}

/** Whether it runs, by one question about it alone. */
export async function isTaskRunning({ engine }: SwarmStack, instance: string): Promise<boolean> {
  const [, id = ""] = /^task ([^/]+)\//.exec(instance) ?? [];
  const task = await taskNow(engine, id);
  return task !== undefined && instanceOf(task) === instance && (await runs(task));
}

async function runs(task: Pick<SeenTask, "runs" | "pid" | "container">): Promise<boolean> {
  if (!task.runs) return false;
  if (await isOf(task.pid, task.container)) seenHere.add(task.container);
  else if (seenHere.has(task.container)) return false;
  return true;
}

function firstOf({ container: id, service, slot, node, pid, init }: SeenTask): Parameters<typeof mainOf>[0] {
  return { id, name: `${service}.${slot} on ${node?.name ?? "no node"}`, pid, init };
}

export function processControl(stack: SwarmStack, replica: string): ProcessControl {
  return {
    find: async () => (await stack.look()).find((one) => one.replica === replica)?.instance,
    async signal(instance, signal) {
      const task = await runningAs(stack, instance);
      if (task === undefined) {
        throw new HarnessError("environment", `refusing to act on ${instance}: it does not run any more`);
      }
      process.kill(await mainOf(firstOf(task)), signal);
    },
    isAlive: async (instance) => (await runningAs(stack, instance)) !== undefined,
    async isStopped(instance) {
      const task = await runningAs(stack, instance);
      if (task === undefined) return false;
      const status = await readFile(`/proc/${await mainOf(firstOf(task))}/status`, "utf8").catch(() => "");
      return /^State:\s+T/m.test(status);
    },
  };
}

/** Has the manager fill the slot again where nothing runs in it, by an update that changes nothing. */
export function replicaControl(stack: SwarmStack, replica: string): ReplicaControl {
  const slot = async () => (await stack.look()).find((one) => one.replica === replica);
  return {
    async ensureRunning(signal) {
      const before = await slot();
      if (before?.instance !== undefined) return { started: false, instance: before.instance };
      if (before?.task === undefined) throw new HarnessError("environment", `${replica} never had a task`);
      // One that the manager wants is on its way, or waits for a node that it can have.
      if (!before.task.wanted) await forceUpdate(stack.engine, before.task.serviceId);
      const until = performance.now() + startsWithinMs;
      while (performance.now() < until && !signal.aborted) {
        const after = (await slot())?.instance;
        if (after !== undefined) return { started: true, instance: after };
        await delay(startPollMs);
      }
      throw new HarnessError("environment", `${replica} does not run ${startsWithinMs} ms after it was asked for`);
    },
  };
}
