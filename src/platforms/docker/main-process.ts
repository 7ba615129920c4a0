// Signals to the main process of a container, past the engine: it ends as of itself, and a restart policy acts on that.
// A signal by the engine's API would disarm the policy. Only where the engine's processes are this machine's.

import { readFile } from "node:fs/promises";
import { HarnessError } from "../../core/errors.ts";
import type { SeenContainer } from "./containers.ts";

/** A container's first process, as this machine numbers it. */
interface FirstProcess {
  /** Of the container, whole. */
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  /** The engine's own init comes first, and what the container was started for is its child. */
  readonly init: boolean;
}

/**
 * Sends it to what the container was started for, behind the engine's own init. Throws HarnessError "environment" when
 * that process cannot be told for certain.
 */
export async function signalMain(container: SeenContainer, signal: NodeJS.Signals): Promise<void> {
  process.kill(await mainOf(firstOf(container)), signal);
}

/** Its folder among this machine's processes. Throws HarnessError "environment" as `mainOf` does. */
export async function folderOfMain(container: SeenContainer): Promise<string> {
  return `/proc/${await mainOf(firstOf(container))}`;
}

function firstOf({ id, name, info }: SeenContainer): FirstProcess {
  return { id, name, pid: info.State.Pid, init: info.HostConfig.Init === true };
}

/** Its files and its mounts as this machine reaches them, by its first process. */
export function rootOf({ info }: SeenContainer): { readonly root: string; readonly mounts: string } {
  return { root: `/proc/${info.State.Pid}/root`, mounts: `/proc/${info.State.Pid}/mountinfo` };
}

/** What the container was started for. Throws HarnessError "environment" when that cannot be told for certain. */
export async function mainOf({ id, name, pid: first, init }: FirstProcess): Promise<number> {
  if (!(await isOf(first, id))) {
    throw new HarnessError("environment", `the processes of container ${name} are not to be seen on this machine`, {
      hint: "a crash from inside needs an engine on this machine whose processes we may signal",
    });
  }
  const pid = init ? await onlyChildOf(first) : first;
  if (pid === undefined || !(await isOf(pid, id))) {
    throw new HarnessError("environment", `container ${name} has no main process behind its init, or several`);
  }
  return pid;
}

/** The file of a running container's network on this machine, for a process to enter. */
export function networkFileOf({ State: state }: SeenContainer["info"]): string {
  return `/proc/${state.Pid}/ns/net`;
}

/** Its processes are among this machine's, so that the engine runs on this kernel, wherever it answers. */
export async function isSeenHere({ id, info }: SeenContainer): Promise<boolean> {
  return isOf(info.State.Pid, id);
}

/** The control groups of a container's processes carry its id. */
export async function isOf(pid: number, id: string): Promise<boolean> {
  if (pid <= 0) return false;
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  return groups.includes(id);
}

/** Undefined for none, and for several: which of them is meant cannot be told. Exported for its tests. */
export async function onlyChildOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const [child = "", second] = text.trim().split(" ");
  return child === "" || second !== undefined ? undefined : Number(child);
}
