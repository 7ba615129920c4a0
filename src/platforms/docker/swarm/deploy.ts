// Starts the services of a stack file as `docker stack deploy` does, under a name of its own, and removes them. What is
// beyond the part of the format that is started was refused where the file was read.

import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { z } from "zod";
import type { StackPolicy, StackService, StackSpec } from "../../../core/stack-spec.ts";
import type { Ms } from "../../../core/units.ts";
import { markerLabel } from "../containers.ts";
import { ifThere, type Engine } from "../engine.ts";
import { stackLabel } from "./cluster.ts";

const nsPerMs = 1e6;
const pollMs: Ms = 100;
/** Tasks are given their grace, and a network is removed once its last task has ended, ms. */
const goneWithinMs: Ms = 60_000;
const ended: readonly string[] = ["complete", "failed", "shutdown", "rejected", "orphaned", "remove"];

interface Deployment {
  readonly spec: StackSpec;
  /** Of the stack, unique. */
  readonly name: string;
  readonly marker: string;
}

/** Networks first, then services. Throws as the engine's client does; what was made by then carries the marker. */
export async function deploy({ docker }: Engine, { spec, name, marker }: Deployment): Promise<void> {
  const Labels = { [stackLabel]: name, [markerLabel]: marker };
  const ids = new Map<string, string>();
  for (const network of spec.networks) {
    const { id } = await docker.createNetwork({ Name: `${name}_${network}`, Driver: "overlay", Labels });
    ids.set(network, id);
  }
  for (const service of spec.services) await docker.createService(serviceOf(service, { name, marker, ids }));
}

interface Named extends Omit<Deployment, "spec"> {
  readonly ids: ReadonlyMap<string, string>;
}

function serviceOf(service: StackService, { name, marker, ids }: Named): Docker.CreateServiceOptions {
  const { restart, update, rollback } = service;
  const marked = { [stackLabel]: name, [markerLabel]: marker };
  return {
    Name: `${name}_${service.name}`,
    Labels: { ...service.labels, ...marked },
    TaskTemplate: {
      ContainerSpec: {
        Image: service.image,
        ...(service.entrypoint && { Command: [...service.entrypoint] }),
        ...(service.command && { Args: [...service.command] }),
        Env: Object.entries(service.environment).map(([key, value]) => `${key}=${value}`),
        Labels: marked,
        Init: service.init,
        ...(service.stopGraceMs !== undefined && { StopGracePeriod: service.stopGraceMs * nsPerMs }),
      },
      RestartPolicy: {
        Condition: restart.condition,
        ...(restart.delayMs !== undefined && { Delay: restart.delayMs * nsPerMs }),
        ...(restart.attempts !== undefined && { MaxAttempts: restart.attempts }),
      },
      Placement: { Constraints: [...service.constraints] },
      Networks: service.networks.map(({ name: network, aliases }) => ({
        Target: ids.get(network) ?? network,
        Aliases: [service.name, ...aliases],
      })),
    },
    Mode: { Replicated: { Replicas: service.replicas } },
    ...(update && { UpdateConfig: policyOf(update) }),
    ...(rollback && { RollbackConfig: policyOf(rollback) }),
    EndpointSpec: {
      Mode: service.endpoint,
      Ports: service.ports.map(({ inside, published }) => ({
        Protocol: "tcp",
        TargetPort: inside,
        ...(published !== undefined && { PublishedPort: published }),
        PublishMode: "host",
      })),
    },
  };
}

function policyOf({ parallelism, delayMs, monitorMs, onFailure, order }: StackPolicy): Docker.UpdateConfig {
  return {
    Parallelism: parallelism,
    ...(delayMs !== undefined && { Delay: delayMs * nsPerMs }),
    ...(monitorMs !== undefined && { Monitor: monitorMs * nsPerMs }),
    ...(onFailure !== undefined && { FailureAction: onFailure }),
    // The manager's own default.
    Order: order ?? "stop-first",
  };
}

const tasksSchema = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({
      ContainerSpec: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).optional(),
    }),
    Status: z.object({ State: z.string() }),
  }),
);

/** What a start has left, by its marker: services, tasks that have not ended, on whatever node, and networks. */
export async function leftOf({ docker }: Engine, marker: string): Promise<readonly string[]> {
  const filters = { label: [`${markerLabel}=${marker}`] };
  const [services, networks, listed] = await Promise.all([
    docker.listServices({ filters }),
    docker.listNetworks({ filters }),
    docker.listTasks(),
  ]);
  const tasks = tasksSchema.parse(listed).filter(({ Spec: { ContainerSpec: spec }, Status: { State: state } }) => {
    return spec?.Labels?.[markerLabel] === marker && !ended.includes(state);
  });
  return [
    ...services.map(({ Spec: spec, ID: id }) => `service ${spec?.Name ?? id}`),
    ...tasks.map(({ ID: id }) => `task ${id}`),
    ...networks.map(({ Name: name }) => `network ${name}`),
  ];
}

/** Removes all of it and names what could not be removed; harmless when there is nothing. */
export async function removeStack(engine: Engine, marker: string): Promise<readonly string[]> {
  const { docker } = engine;
  const filters = { label: [`${markerLabel}=${marker}`] };
  for (const { ID: id } of await docker.listServices({ filters })) await ifThere(docker.getService(id).remove());
  const until = performance.now() + goneWithinMs;
  for (;;) {
    const left = await leftOf(engine, marker);
    if (left.length === 0 || performance.now() > until) return left;
    // A network is refused as long as a task is in it.
    if (left.every((name) => name.startsWith("network "))) {
      for (const { Id: id } of await docker.listNetworks({ filters })) {
        await docker
          .getNetwork(id)
          .remove()
          .catch(() => undefined);
      }
    }
    await delay(pollMs);
  }
}
