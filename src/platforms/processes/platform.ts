// Stacks of plain processes on this machine: the platform's parts, put together as the harness knows a platform.

import { access, constants } from "node:fs/promises";
import type { ReadinessCheck, TakenBack } from "../../core/platform.ts";
import type { Ms } from "../../core/units.ts";
import type { MachinePlatform } from "../starting/run-program.ts";
import { edgeControl } from "../toxiproxy/edge-control.ts";
import { removeProxies } from "../toxiproxy/external-proxy.ts";
import type { ProxiesWay } from "../toxiproxy/ways.ts";
import { controlsFromHandle, offers } from "./controls.ts";
import { watchMachine } from "./machine-survey.ts";
import { prepareTarget } from "./prepare-target.ts";
import { openPressureSampler } from "./pressure-sampler.ts";
import { endInstance, endProcesses, findGroup, type Instance } from "./process-table.ts";
import { startStackWith } from "./start-stack.ts";
import { isStack, platformName, wayOf, type ProcessWay } from "./ways.ts";
import { removeWorkDir } from "./work-dir.ts";

const processTable: ReadinessCheck = {
  name: "process table",
  needed: false,
  advice: "without /proc, `restore` finds processes by `ps`",
  async look() {
    await access("/proc/self/environ", constants.R_OK);
    return "/proc is readable";
  },
};

export const processes: MachinePlatform = {
  name: platformName,
  about: "Plain processes on this machine, started by the target's own command.",
  offers,
  checks: [processTable],
  openSampler: openPressureSampler,
  prepare: prepareTarget,
  watch: watchMachine,
  start: startStackWith(),
  startWith: startStackWith,
  reopen: async (handle) => ({ controls: (site) => controlsFromHandle(handle, site, edgeControl) }),
  async takeBack(entry, { graceMs, signal }) {
    const way = wayOf(entry);
    if (way.kind === "process" || way.kind === "beside") return endOf(way, graceMs, signal);
    if (way.kind === "proxies") return removedFrom(way);
    const removed = await removeWorkDir(way.path, way.marker);
    return { ok: true, says: removed ? "removed" : "was gone already" };
  },
  isStack,
};

async function endOf(
  { marker, pid, startTime }: Omit<ProcessWay, "kind">,
  graceMs: Ms,
  signal: AbortSignal,
): Promise<TakenBack> {
  const leader = pid === undefined || startTime === undefined ? undefined : { pid, startTime };
  const instance: Instance = leader === undefined ? { marker } : { marker, leader };
  // Looked for first: once the leader is gone, nothing says any more that its group is ours.
  const group = leader === undefined ? [] : await findGroup(leader);
  const { ended, remaining } = await endInstance(instance, graceMs, signal);
  const left = remaining.length + (await endProcesses(group, 0)).length;
  if (left > 0) return { ok: false, says: `${left} could not be ended` };
  return { ok: true, says: ended.length === 0 ? "had ended already" : `ended ${ended.length}` };
}

async function removedFrom({ apiUrl, prefix }: ProxiesWay): Promise<TakenBack> {
  const left = await removeProxies(apiUrl, prefix);
  return { ok: left.length === 0, says: left.length === 0 ? "gone" : left.join(", ") };
}
