// What a trial's stack may leave on this machine: containers, and for one whose folders and ports are the machine's,
// these too.

import type { MachineWatch } from "../../../core/platform.ts";
import type { Engine } from "../engine.ts";
import { watchContainers, type ContainerWatch } from "../survey.ts";

export interface HostedWatch extends MachineWatch {
  readonly containers: ContainerWatch;
  readonly machine: MachineWatch;
  /** The stack's containers bear that marker. */
  host(engine: Engine, marker: string): void;
  /** The stack has nothing of the machine's: from now on only its containers are looked at. */
  leaveMachine(): void;
}

export function watchBoth(machine: MachineWatch): HostedWatch {
  const containers = watchContainers();
  // Before a stack is there nobody knows of what kind it will be.
  let usesMachine = true;
  return {
    containers,
    machine,
    host: (engine, marker) => containers.add(engine, marker),
    leaveMachine() {
      usesMachine = false;
    },
    async look() {
      const seen = await containers.look();
      if (!usesMachine) return seen;
      const below = await machine.look();
      return {
        processes: [...seen.processes, ...below.processes],
        folders: [...seen.folders, ...below.folders],
        files: [...seen.files, ...below.files],
        ports: [...seen.ports, ...below.ports],
        unseen: [...seen.unseen, ...below.unseen],
      };
    },
  };
}

/** True for a watch that this platform made. */
export function isHostedWatch(watch: MachineWatch): watch is HostedWatch {
  return "containers" in watch;
}
