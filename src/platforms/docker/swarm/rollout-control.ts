// Updates of a replica's service, as people roll them out: by another command for its tasks.

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RolloutControl, RolloutRuns } from "../../../core/container-controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import { servicesOf, shortName, tasksOf, type ServiceNow } from "./cluster.ts";
import { changeService } from "./services.ts";
import type { SwarmStack } from "./stack.ts";

export function rolloutControl({ engine, name }: SwarmStack, service: string): RolloutControl {
  const now = async (): Promise<ServiceNow> => {
    const found = (await servicesOf(engine, name)).find(({ Spec: spec }) => shortName(name, spec.Name) === service);
    if (found !== undefined) return found;
    throw new HarnessError("environment", `the stack ${name} has no service ${service}`);
  };
  return {
    async look() {
      const { Spec: spec, UpdateStatus: status } = await now();
      const tasks = (await tasksOf(engine, name)).filter((task) => task.service === service);
      return {
        runs: runsOf(spec.TaskTemplate),
        digest: createHash("sha256").update(JSON.stringify(spec.TaskTemplate)).digest("hex"),
        update: status?.State ?? "",
        failed: tasks.filter(({ failed }) => failed).map(({ id }) => id),
      };
    },
    async rollOut(command) {
      const { ID: id } = await now();
      await changeService(engine, id, (spec) => {
        const container = { ...spec.TaskTemplate.ContainerSpec, Command: [...command], Args: [] };
        return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } };
      });
    },
    async restore(runs) {
      const { ID: id } = await now();
      return changeService(engine, id, (spec) => {
        if (isDeepStrictEqual(runsOf(spec.TaskTemplate), runs)) return undefined;
        const { Command: _command, Args: _args, ...rest } = spec.TaskTemplate.ContainerSpec ?? {};
        const { command, args } = runs;
        const container = { ...rest, ...(command && { Command: [...command] }), ...(args && { Args: [...args] }) };
        return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } };
      });
    },
  };
}

/** An empty list means the same as none, and the manager may say either. */
function runsOf({ ContainerSpec: container }: ServiceNow["Spec"]["TaskTemplate"]): RolloutRuns {
  const { Command: command, Args: args } = (container ?? {}) as { Command?: string[]; Args?: string[] };
  return { command: command?.length ? command : null, args: args?.length ? args : null };
}
