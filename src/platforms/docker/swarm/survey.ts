// A stack of a Swarm from outside: its replicas, what is asked of each service, and how each node stands. What is left
// of a trial shows there: a node that is drained or cut off, a specification or a policy that is another one.

import { messageOf } from "../../../core/errors.ts";
import type { MachineWatch } from "../../../core/platform.ts";
import type { SeenProcess, StackSurvey } from "../../../records/survey.ts";
import type { Engine } from "../engine.ts";
import { nodesOf, servicesOf, type SeenNode, type ServiceNow } from "./cluster.ts";
import { leftOf } from "./deploy.ts";
import type { SwarmStack } from "./stack.ts";

const unknown = { state: null, nice: null, cgroup: null };

/** What cannot be looked at is in `unseen` with the reason. */
export async function surveySwarm(stack: SwarmStack): Promise<StackSurvey> {
  try {
    const [slots, services, nodes] = await Promise.all([
      stack.look(),
      servicesOf(stack.engine, stack.name),
      nodesOf(stack.engine),
    ]);
    return {
      replicas: slots.map(({ of: service, replica, instance }) => {
        return { service, replica, instance: instance ?? null, alive: instance !== undefined };
      }),
      processes: [...services.map(ofService), ...nodes.map(ofNode)],
      edges: [],
      files: [],
      unseen: [],
    };
  } catch (thrown) {
    return { replicas: [], processes: [], edges: [], files: [], unseen: [`the Swarm: ${messageOf(thrown)}`] };
  }
}

function ofService({ Spec: spec }: ServiceNow): SeenProcess {
  const { ContainerSpec: container, RestartPolicy: restart } = spec.TaskTemplate;
  const limits = [
    `image ${container.Image}`,
    `command ${JSON.stringify(container["Command"] ?? [])}`,
    `restart ${restart?.Condition ?? "any"}`,
    `failed update ${spec.UpdateConfig?.FailureAction ?? "pause"}`,
    `mode ${JSON.stringify(spec["Mode"] ?? {})}`,
  ];
  return { instance: `service ${spec.Name}`, what: spec.Name, ...unknown, limits: limits.join("; ") };
}

function ofNode({ name, availability, isReady }: SeenNode): SeenProcess {
  const limits = `availability ${availability}; ${isReady ? "ready" : "down"}`;
  return { instance: `node ${name}`, what: name, ...unknown, limits };
}

/** What trials have started in a Swarm, by their markers. */
export interface SwarmWatch extends MachineWatch {
  add(engine: Engine, marker: string): void;
}

/** True for a watch that this platform made. */
export function isSwarmWatch(watch: MachineWatch): watch is SwarmWatch {
  return "add" in watch;
}

export function watchSwarm(): SwarmWatch {
  const started: { readonly engine: Engine; readonly marker: string }[] = [];
  return {
    add: (engine, marker) => void started.push({ engine, marker }),
    async look() {
      const [unseen, names]: [string[], string[]] = [[], []];
      for (const { engine, marker } of started) {
        try {
          names.push(...(await leftOf(engine, marker)));
        } catch (thrown) {
          unseen.push(`the stack of ${marker}: ${messageOf(thrown)}`);
        }
      }
      const networks = names.filter((name) => name.startsWith("network "));
      const processes = names.filter((name) => !networks.includes(name));
      return {
        processes: processes.map((instance) => ({ instance, what: "of the trial", ...unknown, limits: null })),
        folders: networks,
        files: [],
        ports: [],
        unseen,
      };
    },
  };
}
