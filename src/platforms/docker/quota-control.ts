// Limits of a container by its engine, and what the kernel makes of them. Which orders an engine gives back exactly was
// measured on Docker 20.10: `0` means "as it is", so that "no memory limit" cannot be ordered; a processor limit that
// was lifted by a quota of -1 is none, also after a restart.

import type { QuotaControl, QuotaFields, QuotaLook, QuotaName, QuotaSeen } from "../../core/container-controls.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { containerNow, type SeenContainer } from "./containers.ts";
import { ifThere, type Engine } from "./engine.ts";
import {
  groupOf,
  memoryHeldBy,
  memoryLimitOf,
  processorsOpenTo,
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
      const untold = namesOf[quota].find((name) => toldOf(container)[name] === undefined);
      if (untold !== undefined) throw refusal(container, `the engine does not say its ${untold}`);
      const group = await groupOf(container, controllers[quota]);
      if (group === undefined) throw refusal(container, unseen);
      if (group.elsewhere !== undefined) throw refusal(container, elsewhere(group.elsewhere));
      if (quota === "memory")
        return memoryLook(container, await memoryHeldBy(group), await tightestAbove(group, memoryLimitOf));
      return processorsLook(container, await processorsFor(engine, container, group));
    },
    orderFor: ({ before }, quota, value) => (quota === "memory" ? memoryOf(before, value) : timeOf(before, value)),
    async order(id, fields) {
      await ifThere(engine.docker.getContainer(id).update({ ...fields }));
    },
    seen: (id, fields, quota) => quotaSeen(engine, id, fields, quota),
  };
}

async function quotaSeen(
  engine: Engine,
  id: string,
  fields: QuotaFields,
  quota: QuotaName,
): Promise<QuotaSeen | undefined> {
  const container = await containerNow(engine, id);
  if (container === undefined) return undefined;
  const isTold = holds(toldOf(container), fields);
  if (container.instance === undefined) return { isTold, enforced: undefined };
  const enforced = await enforcedOn(container, quota);
  if (typeof enforced === "number") return { isTold, enforced };
  // Its last process may have ended since, and its group with it.
  const { instance } = (await containerNow(engine, id)) ?? {};
  return instance === container.instance ? { isTold, enforced } : quotaSeen(engine, id, fields, quota);
}

/** How many it can keep busy as long as its own limit allows that: of the machine's, those that it may be put on. */
async function processorsFor({ docker }: Engine, container: SeenContainer, group: Group): Promise<number> {
  const { NCPU: ofMachine } = (await docker.info()) as { readonly NCPU: number };
  const allowed = await processorsOpenTo(container);
  if (allowed === undefined) throw refusal(container, "which processors it may use is not to be seen");
  return Math.min(ofMachine, allowed, await tightestAbove(group, processorsOf));
}

const unseen = "its control group is not to be seen on this machine";

function elsewhere(where: string): string {
  return `its processes were moved to the control group ${where}, where no limit of the engine reaches them`;
}

/** A text says why it is not to be read, or limits nothing. */
async function enforcedOn(container: SeenContainer, quota: QuotaName): Promise<number | string> {
  const group = await groupOf(container, controllers[quota]);
  if (group === undefined) return unseen;
  if (group.elsewhere !== undefined) return elsewhere(group.elsewhere);
  return (quota === "memory" ? memoryLimitOf(group) : processorsOf(group)).catch(
    (thrown: unknown) => `its limit cannot be read: ${messageOf(thrown)}`,
  );
}

const namesOf = { memory: ["Memory", "MemorySwap"], processors: ["NanoCpus", "CpuQuota", "CpuPeriod"] } as const;

/** Without what the engine does not say. */
function toldOf({ info }: SeenContainer): QuotaFields {
  const names: readonly string[] = Object.values(namesOf).flat();
  const entries = Object.entries(info.HostConfig).filter(([name, value]) => names.includes(name) && isNumber(value));
  return Object.fromEntries(entries);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

/** Undefined where not all is told, and nothing of it is otherwise. */
function holds(told: QuotaFields, fields: QuotaFields): boolean | undefined {
  const all = Object.entries(fields).map(([name, value]) => {
    const now = told[name];
    return now === undefined ? undefined : isSame(name, now, value);
  });
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

/** Zero and below are all "none", whichever of them was ordered; of memory to swap out, zero is twice the memory. */
function isSame(name: string, one: number, other: number): boolean {
  return one === other || (name !== "MemorySwap" && one <= 0 && other <= 0);
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
