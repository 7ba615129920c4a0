// The memory of a container filled up to its limit by a process of ours in its control group, so that the kernel ends
// the container's program: nothing is written into the container, and its limit stays as it is.

import { readFile, writeFile } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { MemoryControl } from "../../core/container-controls.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { compiledEntry, endChild, firstAnswer, forkEntry } from "../../lib/proc.ts";
import type { SeenContainer } from "./containers.ts";
import type { Engine } from "./engine.ts";
import type { FillOrder, FillReply } from "./filler/protocol.ts";
import { startOf } from "./filler/start-of.ts";
import { groupOf, memoryHeldBy, memoryLimitOf, type Group } from "./group.ts";
import { folderOfMain } from "./main-process.ts";
import { runningAs } from "./process-control.ts";
import type { Project } from "./project.ts";

const fillsWithinMs = 12_000;
const endWithinMs = 2_000;
/** The engine notices an end that the kernel shows already within this time, ms. */
const noticedWithinMs = 2_000;
const noticePollMs = 50;
/** Cached files that the kernel gives back first, and what it swaps out, are filled too: so much of the limit more. */
const beyond = 0.25;
const scoreFile = "oom_score_adj";

export function memoryControl({ engine }: Project): MemoryControl {
  const running = async (instance: string): Promise<SeenContainer> => {
    const container = await runningAs(engine, instance);
    if (container !== undefined) return container;
    throw new HarnessError("environment", `${instance} does not run any more`);
  };
  return {
    async look(instance) {
      const container = await running(instance);
      const { room } = await fillable(container);
      return { room, score: await scoreOf(await folderOfMain(container)) };
    },
    async fill(instance) {
      const container = await running(instance);
      // What was seen at the look may be another group, or have another limit, by now.
      const { group, limit } = await fillable(container);
      const program = await folderOfMain(container);
      const score = await scoreOf(program);
      const bytes = Math.ceil(limit * (1 + beyond));
      const { isGone, failed, ...taken } = await filled({ group, program, started: startOf(program), limit, bytes });
      if (!isGone) await forgiven(engine, instance, score);
      if (failed !== undefined) throw refusal(container, failed);
      return taken.bytes;
    },
    forgive: (instance, score) => forgiven(engine, instance, score),
  };
}

/** Throws HarnessError "environment" where there is no limit, or none that may be filled. */
async function fillable(
  container: SeenContainer,
): Promise<{ readonly group: Group; readonly room: number; readonly limit: number }> {
  const group = await groupOf(container, "memory");
  if (group?.elsewhere !== undefined || group === undefined)
    throw refusal(container, "its control group is not to be seen here");
  const limit = await memoryLimitOf(group);
  if (container.info.HostConfig.OomKillDisable === true)
    throw refusal(container, "the kernel was told to end nothing in it (oom_kill_disable)");
  if (!Number.isFinite(limit))
    throw refusal(container, "it has no memory limit, and would take the machine's: give it a mem_limit");
  const room = Math.max(0, limit - (await memoryHeldBy(group)));
  if (room > freemem() / 2) throw refusal(container, `${room} bytes are too many of what this machine has free`);
  return { group, room, limit };
}

async function scoreOf(program: string): Promise<string> {
  return (await readFile(join(program, scoreFile), "utf8")).trim();
}

/** Harmless for one that is gone, also where the engine has not noticed that yet. */
async function forgiven(engine: Engine, instance: string, score: string): Promise<void> {
  const until = performance.now() + noticedWithinMs;
  for (;;) {
    const container = await runningAs(engine, instance);
    if (container === undefined) return;
    try {
      await writeFile(join(await folderOfMain(container), scoreFile), score);
      return;
    } catch (thrown) {
      if (performance.now() >= until) throw thrown;
    }
    await delay(noticePollMs);
  }
}

function refusal({ name }: SeenContainer, why: string): HarnessError {
  return new HarnessError("environment", `the memory of container ${name} cannot be filled: ${why}`);
}

/** Nothing of ours is left in the group when it resolves. */
async function filled(order: FillOrder): Promise<FillReply> {
  const child = forkEntry(fileURLToPath(compiledEntry(import.meta.url, "platforms/docker/filler/main.js")), {});
  try {
    const answered = firstAnswer(child, { take: (message) => message as FillReply, limitMs: fillsWithinMs });
    child.send(order);
    return await answered;
  } catch (thrown) {
    // The kernel may take our process after the program: what became of that one is looked at by who asks.
    const wasTaken = child.signalCode === "SIGKILL";
    return { isGone: false, bytes: 0, ...(!wasTaken && { failed: messageOf(thrown) }) };
  } finally {
    await endChild(child, endWithinMs);
  }
}
