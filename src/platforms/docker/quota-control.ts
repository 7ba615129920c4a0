// Limits of a container by its engine, and what the kernel makes of them. Which orders an engine gives back exactly was
// measured on Docker 20.10: `0` means "as it is", so that "no memory limit" cannot be ordered; a processor limit that
// was lifted by a quota of -1 is none, also after a restart.

import { readFile } from "node:fs/promises";
import type { QuotaControl, QuotaFields, QuotaLook, QuotaName } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { containerNow, type SeenContainer } from "./containers.ts";
import { ifThere, type Engine } from "./engine.ts";
import {
  groupOf,
  memoryHeldBy,
  memoryLimitOf,
  processorsIn,
  processorsOf,
  tightestAbove,
  type Group,
} from "./group.ts";
import type { Project } from "./project.ts";

const controllers = { memory: "memory", processors: "cpu" } as const;
const nanosPerProcessor = 1e9;
/** The kernel's own, where an engine was told none, µs. */
const usualPeriod = 100_000;

export function quotaControl(project: Project, replica: string): QuotaControl {
  const { engine } = project;
  return {
    async look(quota) {
      const container = (await project.look()).find((one) => one.replica === replica)?.container;
      if (container?.instance === undefined) return undefined;
      const group = await groupOf(container, controllers[quota]);
      if (group === undefined) throw refusal(container, "its control group is not to be seen on this machine");
      if (group.elsewhere !== undefined) throw refusal(container, elsewhere(group.elsewhere));
      if (quota === "memory")
        return memoryLook(container, await memoryHeldBy(group), await tightestAbove(group, memoryLimitOf));
      return processorsLook(container, await processorsFor(engine, container, group));
    },
    orderFor: ({ before }, quota, value) => (quota === "memory" ? memoryOf(before, value) : timeOf(before, value)),
    async order(id, fields) {
      await ifThere(engine.docker.getContainer(id).update({ ...fields }));
    },
    async seen(id, fields, quota) {
      const container = await containerNow(engine, id);
      if (container === undefined) return undefined;
      const isTold = Object.entries(fields).every(([name, value]) => isSame(toldOf(container)[name] ?? 0, value));
      if (container.instance === undefined) return { isTold, enforced: undefined };
      const group = await groupOf(container, controllers[quota]);
      if (group === undefined) return { isTold, enforced: undefined };
      return {
        isTold,
        enforced: group.elsewhere === undefined ? await enforcedIn(group, quota) : elsewhere(group.elsewhere),
      };
    },
  };
}

/** How many it can keep busy as long as its own limit allows that: of the machine's, those that it may be put on. */
async function processorsFor({ docker }: Engine, container: SeenContainer, group: Group): Promise<number> {
  const { NCPU: ofMachine } = (await docker.info()) as { readonly NCPU: number };
  const status = await readFile(`/proc/${container.info.State.Pid}/status`, "utf8").catch(() => "");
  const allowed = processorsIn(status);
  if (allowed === undefined) throw refusal(container, "which processors it may use is not to be seen");
  return Math.min(ofMachine, allowed, await tightestAbove(group, processorsOf));
}

function elsewhere(where: string): string {
  return `its processes were moved to the control group ${where}, where no limit of the engine reaches them`;
}

async function enforcedIn(group: Group, quota: QuotaName): Promise<number | undefined> {
  // Its last process may have ended since, and the group with it.
  return (quota === "memory" ? memoryLimitOf(group) : processorsOf(group)).catch(() => undefined);
}

function toldOf({ info }: SeenContainer): Readonly<Record<string, number>> {
  const { Memory = 0, MemorySwap = 0, NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 } = info.HostConfig;
  return { Memory, MemorySwap, NanoCpus, CpuQuota, CpuPeriod };
}

/** Zero and below are all "none", whichever of them was ordered. */
function isSame(one: number, other: number): boolean {
  return one === other || (one <= 0 && other <= 0);
}

function refusal({ name }: SeenContainer, why: string): HarnessError {
  return new HarnessError("environment", `no limit of container ${name} can be lowered: ${why}`);
}

/** `above`: what the groups above let it have, which may be less. Exported for its tests. */
export function memoryLook(container: SeenContainer, held: number, above: number): QuotaLook {
  const { id, info } = container;
  const { Memory: may = 0, MemorySwap: swap = 0 } = info.HostConfig;
  if (may <= 0) {
    throw refusal(container, "it has no memory limit, and the engine cannot take one away again: give it a mem_limit");
  }
  const before: QuotaFields = swap === 0 ? { Memory: may } : { Memory: may, MemorySwap: swap };
  return { container: id, before, may: Math.min(may, above), has: held };
}

/** What it may swap out stays the same: the engine counts it with the memory; -1 is as much as there is. */
function memoryOf({ Memory: was = 0, MemorySwap: swap }: QuotaFields, bytes: number): QuotaFields {
  if (swap === undefined) return { Memory: bytes };
  return { Memory: bytes, MemorySwap: swap < 0 ? swap : bytes + swap - was };
}

/** `has`: what it can keep busy without a limit of its own: one above that limits nothing. Exported for its tests. */
export function processorsLook(container: SeenContainer, has: number): QuotaLook {
  const { id, info } = container;
  const { NanoCpus: nanos = 0, CpuQuota: quota = 0, CpuPeriod: period = 0 } = info.HostConfig;
  if (nanos > 0 && quota !== 0) {
    throw refusal(container, `it has both NanoCpus ${nanos} and CpuQuota ${quota}, of which one hides the other`);
  }
  const told = { CpuQuota: quota > 0 ? quota : -1, ...(period > 0 && { CpuPeriod: period }) };
  const before: QuotaFields = nanos > 0 ? { NanoCpus: nanos } : told;
  const limit = nanos > 0 ? nanos / nanosPerProcessor : quota > 0 ? quota / (period || usualPeriod) : undefined;
  return { container: id, before, may: limit === undefined ? undefined : Math.min(limit, has), has };
}

/** A quota where none was: taken back by -1 it is none, whereas NanoCpus could not be taken back at all. */
function timeOf({ NanoCpus: nanos, CpuPeriod: period }: QuotaFields, processors: number): QuotaFields {
  if (nanos !== undefined) return { NanoCpus: Math.round(processors * nanosPerProcessor) };
  const quota = Math.round(processors * (period ?? usualPeriod));
  return { CpuQuota: quota, ...(period !== undefined && { CpuPeriod: period }) };
}
