// The control group of a container: what the kernel lets its processes have, whatever the engine says. Only where the
// engine's processes are this machine's.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SeenContainer } from "./containers.ts";

export type Controller = "memory" | "cpu";

export interface Group {
  /** Its folder. */
  readonly folder: string;
  /** Version 1 of control groups has other files than version 2. */
  readonly version: 1 | 2;
  /** Where the process is instead; undefined: in it. */
  readonly elsewhere: string | undefined;
}

/**
 * The container's group for that controller, by one of its processes: `groups` is the process's /proc/PID/cgroup,
 * `mounts` is /proc/self/mounts. A process can be moved out of it for one controller. Undefined for a process that is
 * not of the container. Exported for its tests.
 */
export function groupIn(groups: string, mounts: string, id: string, controller: Controller): Group | undefined {
  const lines = groups
    .trim()
    .split("\n")
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line)?.slice(1) ?? []);
  const own = lines.find(([, path = ""]) => path.includes(id))?.[1];
  if (own === undefined) return undefined;
  const first = lines.find(([names = ""]) => names.split(",").includes(controller));
  const version = first === undefined ? 2 : 1;
  const at = first ?? lines.find(([names]) => names === "");
  const root = mounts
    .split("\n")
    .map((line) => line.split(" "))
    .find(
      ([, , type, options = ""]) =>
        (version === 1 && type === "cgroup" && options.split(",").includes(controller)) ||
        (version === 2 && type === "cgroup2"),
    )?.[1];
  if (root === undefined || at === undefined) return undefined;
  const there = at[1] ?? "";
  return { folder: join(root, own), version, elsewhere: there.includes(id) ? undefined : there };
}

/** Undefined where it does not run, or its processes are not to be seen on this machine. */
export async function groupOf({ id, info }: SeenContainer, controller: Controller): Promise<Group | undefined> {
  const pid = info.State.Pid;
  if (pid <= 0) return undefined;
  const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
  return groupIn(await read(`/proc/${pid}/cgroup`), await read("/proc/self/mounts"), id, controller);
}

/** Above this a limit of version 1 is none, bytes: it is written as the largest number of pages. */
const noLimit = 2 ** 60;

/** The tightest of a limit in the groups above, as far as they are to be seen here; Infinity for none. */
export async function tightestAbove(group: Group, limitOf: (group: Group) => Promise<number>): Promise<number> {
  const above = { ...group, folder: dirname(group.folder) };
  const own = await limitOf(above).catch(() => undefined);
  return own === undefined ? Number.POSITIVE_INFINITY : Math.min(own, await tightestAbove(above, limitOf));
}

/** How many processors its first process may be put on, whoever gave it that set. Undefined where that is not seen. */
export async function processorsOpenTo({ info }: SeenContainer): Promise<number | undefined> {
  return processorsIn(await readFile(`/proc/${info.State.Pid}/status`, "utf8").catch(() => ""));
}

/** The same by the text of /proc/PID/status. Exported for its tests. */
export function processorsIn(status: string): number | undefined {
  const [, list] = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status) ?? [];
  return list?.split(",").reduce((count, part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return count + last - first + 1;
  }, 0);
}

/** Bytes; Infinity for no limit. Throws when the group is gone. */
export async function memoryLimitOf({ folder, version }: Group): Promise<number> {
  const text = await readFile(join(folder, version === 1 ? "memory.limit_in_bytes" : "memory.max"), "utf8");
  if (text.trim() === "max") return Number.POSITIVE_INFINITY;
  const bytes = numberIn(text);
  return bytes > noLimit ? Number.POSITIVE_INFINITY : bytes;
}

/** What the group holds now beyond cached files that it would give up, bytes. Throws when it is gone. */
export async function memoryHeldBy({ folder, version }: Group): Promise<number> {
  const used = await readFile(join(folder, version === 1 ? "memory.usage_in_bytes" : "memory.current"), "utf8");
  const stat = await readFile(join(folder, "memory.stat"), "utf8");
  const [, cached = "0"] = new RegExp(`^${version === 1 ? "total_" : ""}inactive_file (\\d+)$`, "m").exec(stat) ?? [];
  return Math.max(0, numberIn(used) - Number(cached));
}

/** How many processors it may keep busy; Infinity for no limit. Throws when it is gone. */
export async function processorsOf({ folder, version }: Group): Promise<number> {
  const [quota = "", period = ""] =
    version === 2
      ? (await readFile(join(folder, "cpu.max"), "utf8")).split(" ")
      : await Promise.all(
          ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((name) => readFile(join(folder, name), "utf8")),
        );
  return quota === "max" || numberIn(quota) < 0 ? Number.POSITIVE_INFINITY : numberIn(quota) / numberIn(period);
}

/** Throws where the kernel says none: nothing else may pass for zero. */
function numberIn(text: string): number {
  if (/^-?\d+$/.test(text.trim())) return Number(text);
  throw new RangeError(`the kernel says ${JSON.stringify(text.slice(0, 40))} where a number should be`);
}
