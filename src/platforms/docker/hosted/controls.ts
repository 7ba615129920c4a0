// Controls at a site of a stack whose network and folders are this machine's, and whose processes are containers.

import type { ControlName, Controls } from "../../../core/controls.ts";
import { eventControl } from "../event-control.ts";
import { processControl } from "../process-control.ts";
import type { Placed, Project } from "../project.ts";
import type { Target } from "../../../core/target.ts";

/** Those of this machine's processes that are the same for containers: they act on files, edges and answers. */
const files: readonly ControlName[] = ["files", "edits", "backups", "vectors", "answers"];
const same: readonly ControlName[] = [...files, "edge", "strikes", "routes", "clients", "models"];

/** Of what the machine's processes offer at a site, by the name of each control. */
export function offeredOf(offered: readonly ControlName[]): readonly ControlName[] {
  return [...offered.filter((name) => name === "process" || name === "replica" || same.includes(name)), "events"];
}

export function controlsOver(project: Project, replica: string, machine: Controls): Controls {
  const kept = Object.entries(machine).filter(([name]) => same.some((one) => one === name));
  const { replica: own } = machine;
  return {
    ...(Object.fromEntries(kept) as Controls),
    process: processControl(project, replica),
    events: eventControl(project),
    ...(own && {
      replica: {
        ...own,
        // The target names what it started by a number of the machine.
        async ensureRunning(signal) {
          const { started, instance } = await own.ensureRunning(signal);
          const seen = (await project.look()).find((one) => one.replica === replica)?.container;
          return { started, instance: seen?.instance ?? instance };
        },
      },
    }),
  };
}

/** Which container each replica is: `vector-2` is the second one of the service `vector`. */
export function placesIn({ services }: Target): readonly Placed[] {
  return services.flatMap(({ name: of, replicas }) =>
    replicas.map(({ id: replica }) => {
      const [, service = replica, number = "1"] = /^(.+)-(\d+)$/.exec(replica) ?? [];
      return { replica, of, service, number: Number(number), port: 0 };
    }),
  );
}
