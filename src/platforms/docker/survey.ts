// A stack of containers from outside: its replicas, and each container with its limits, networks and restart policy.

import { messageOf } from "../../core/errors.ts";
import type { MachineWatch } from "../../core/platform.ts";
import type { SeenProcess, StackSurvey } from "../../records/survey.ts";
import { namesWith } from "./compose-start.ts";
import type { SeenContainer } from "./containers.ts";
import type { Engine } from "./engine.ts";
import type { NameEdges } from "./name-edges.ts";
import type { Project } from "./project.ts";

/** What cannot be looked at is in `unseen` with the reason. */
export async function surveyStack(project: Project, edges?: Pick<NameEdges, "survey">): Promise<StackSurvey> {
  try {
    const [seen, led = []] = [await project.look(), await edges?.survey()];
    return {
      replicas: seen.map(({ of: service, replica, container }) => {
        const instance = container?.instance ?? null;
        return { service, replica, instance, alive: instance !== null };
      }),
      processes: seen.flatMap(({ container }) => (container?.instance === undefined ? [] : [described(container)])),
      edges: led,
      files: [],
      unseen: [],
    };
  } catch (thrown) {
    return { replicas: [], processes: [], edges: [], files: [], unseen: [`containers: ${messageOf(thrown)}`] };
  }
}

/** By its id alone, without its start: limits and networks stay with a container that is started again. */
export function described({ id, name, isPaused, info }: SeenContainer): SeenProcess {
  const { HostConfig: host, NetworkSettings: network } = info;
  const { Name: policy = "", MaximumRetryCount: retries = 0 } = host.RestartPolicy ?? {};
  const limits = [
    `image ${info.Image}`,
    `memory ${host.Memory ?? 0}, with swap ${host.MemorySwap ?? 0}`,
    // A quota that was taken back is -1, and means what 0 means.
    `processors ${host.NanoCpus ?? 0}/${Math.max(0, host.CpuQuota ?? 0)}`,
    `shares ${host.CpuShares ?? 0}; cpus ${host.CpusetCpus || "all"}; tasks ${host.PidsLimit ?? 0}`,
    `restart ${policy === "" ? "no" : policy}:${retries}`,
    `networks ${networksOf(network.Networks)}`,
  ];
  const state = isPaused ? "T" : null;
  return {
    instance: `container ${id.slice(0, 12)}`,
    what: name,
    state,
    nice: null,
    limits: limits.join("; "),
    cgroup: null,
  };
}

/** With the names that others call it by, without its own id and its address, which change. */
function networksOf(networks: Readonly<Record<string, { readonly Aliases?: string[] | null }>>): string {
  const words = Object.entries(networks).map(([name, { Aliases: aliases }]) => {
    const names = (aliases ?? []).filter((alias) => !/^[0-9a-f]{12}$/.test(alias)).toSorted();
    return names.length === 0 ? name : `${name} as ${names.join(" ")}`;
  });
  return words.toSorted().join(", ") || "none";
}

/** What trials have started here, by their markers. */
export interface ContainerWatch extends MachineWatch {
  add(engine: Engine, marker: string): void;
}

/** True for a watch that this platform made. */
export function isContainerWatch(watch: MachineWatch): watch is ContainerWatch {
  return "add" in watch;
}

export function watchContainers(): ContainerWatch {
  const started: { readonly engine: Engine; readonly marker: string }[] = [];
  return {
    add: (engine, marker) => void started.push({ engine, marker }),
    async look() {
      const unseen: string[] = [];
      const names: string[] = [];
      for (const { engine, marker } of started) {
        try {
          names.push(...(await namesWith(engine, marker)));
        } catch (thrown) {
          unseen.push(`containers of ${marker}: ${messageOf(thrown)}`);
        }
      }
      const containers = names.filter((name) => name.startsWith("container "));
      const unknown = { state: null, nice: null, limits: null, cgroup: null };
      return {
        processes: containers.map((instance) => ({ instance, what: "a container of the trial", ...unknown })),
        folders: names.filter((name) => !containers.includes(name)),
        files: [],
        ports: [],
        unseen,
      };
    },
  };
}
