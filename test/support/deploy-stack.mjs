// Deploys docker/swarm.yaml as `docker stack deploy` does, of which no binary need be there: the part of the format
// that this file uses.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";

const file = resolve(import.meta.dirname, "../../docker/swarm.yaml");
const nsPerMs = 1e6;

/** What `docker stack deploy` does of it. `first`: the node that stands for all managers, where each node is one. */
export async function deployStack(manager, stack, first) {
  const { services } = parse(readFileSync(file, "utf8"));
  const labels = { "com.docker.stack.namespace": stack };
  const network = await manager.createNetwork({ Name: `${stack}_inner`, Driver: "overlay", Labels: labels });
  for (const [name, written] of Object.entries(services)) {
    await manager.createService(serviceOf(stack, name, written, { network: network.id, first }));
  }
  const wanted = Object.values(services).reduce((sum, { deploy }) => sum + deploy.replicas, 0);
  const filters = { "desired-state": ["running"] };
  for (;;) {
    const tasks = await manager.listTasks({ filters });
    const failed = tasks.find(({ Status: status }) => status.Err !== undefined && status.State !== "running");
    if (failed !== undefined) throw new Error(`${stack} does not come up: ${failed.Status.Err}`);
    if (tasks.filter(({ Status: status }) => status.State === "running").length === wanted) return;
    await delay(100);
  }
}

function serviceOf(stack, name, written, { network, first }) {
  const { deploy } = written;
  return {
    Name: `${stack}_${name}`,
    Labels: { ...deploy.labels, "com.docker.stack.namespace": stack },
    TaskTemplate: {
      ContainerSpec: {
        Image: written.image,
        Command: written.entrypoint,
        Args: written.command,
        Init: written.init,
        StopGracePeriod: nsOf(written.stop_grace_period),
      },
      RestartPolicy: { Condition: deploy.restart_policy.condition, Delay: nsOf(deploy.restart_policy.delay) },
      Placement: { Constraints: deploy.placement.constraints.map((one) => constraintOf(one, first)) },
      Networks: [{ Target: network, Aliases: [name] }],
    },
    Mode: { Replicated: { Replicas: deploy.replicas } },
    ...(deploy.update_config && { UpdateConfig: policyOf(deploy.update_config) }),
    ...(deploy.rollback_config && { RollbackConfig: policyOf(deploy.rollback_config) }),
    EndpointSpec: {
      Mode: deploy.endpoint_mode,
      Ports: written.ports.map(({ target, published, mode }) => ({
        Protocol: "tcp",
        TargetPort: target,
        ...(published !== undefined && { PublishedPort: published }),
        PublishMode: mode,
      })),
    },
  };
}

function constraintOf(text, first) {
  if (first === undefined) return text.replaceAll(" ", "");
  return text.includes("manager") ? `node.hostname==${first}` : `node.hostname!=${first}`;
}

function policyOf({ parallelism, monitor, failure_action: action, order }) {
  return { Parallelism: parallelism, Monitor: nsOf(monitor), ...(action && { FailureAction: action }), Order: order };
}

function nsOf(text) {
  const [, amount = "0", unit = "s"] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return Number(amount) * (unit === "s" ? 1000 : 1) * nsPerMs;
}
