// The memory of a container filled up to its limit by a process of ours in its control group, so that the kernel ends
// the container's program: nothing is written into the container, and its limit stays as it is.

import { readFile, writeFile } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MemoryControl } from "../../core/container-controls.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { compiledEntry, endChild, firstAnswer, forkEntry } from "../../lib/proc.ts";
import type { SeenContainer } from "./containers.ts";
import type { FillOrder, FillReply } from "./filler/protocol.ts";
import { groupOf, memoryHeldBy, memoryLimitOf } from "./group.ts";
import { folderOfMain } from "./main-process.ts";
import { runningAs } from "./process-control.ts";
import type { Project } from "./project.ts";

const fillsWithinMs = 12_000;
const endWithinMs = 2_000;
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
      const group = await groupOf(container, "memory");
      if (group?.elsewhere !== undefined || group === undefined)
        throw refusal(container, "its control group is not to be seen here");
      const may = await memoryLimitOf(group);
      if (!Number.isFinite(may))
        throw refusal(container, "it has no memory limit, and would take the machine's: give it a mem_limit");
      const room = Math.max(0, may - (await memoryHeldBy(group)));
      if (room > freemem() / 2) throw refusal(container, `${room} bytes are too many of what this machine has free`);
      return { room, score: (await readFile(join(await folderOfMain(container), scoreFile), "utf8")).trim() };
    },
    async fill(instance) {
      const container = await running(instance);
      const group = await groupOf(container, "memory");
      if (group === undefined) throw refusal(container, "its control group is not to be seen here");
      const order = {
        group: group.folder,
        program: await folderOfMain(container),
        bytes: Math.ceil((await memoryLimitOf(group)) * (1 + beyond)),
      };
      const { bytes, failed } = await filled(order);
      if (failed !== undefined) throw refusal(container, failed);
      return bytes;
    },
    async forgive(instance, score) {
      const container = await runningAs(engine, instance);
      if (container === undefined) return;
      const file = join(await folderOfMain(container), scoreFile);
      await writeFile(file, score).catch(async (thrown: unknown) => {
        if ((await runningAs(engine, instance)) !== undefined) throw thrown;
      });
    },
  };
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
