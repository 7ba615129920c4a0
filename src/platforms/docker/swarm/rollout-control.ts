// Updates of a replica's service, as people roll them out: by another command for its tasks.

import type { RolloutControl } from "../../../core/controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { Json } from "../../../core/units.ts";
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
        spec: plain(spec.TaskTemplate),
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
    async restore(template) {
      const { ID: id } = await now();
      return changeService(engine, id, (spec) => {
        const wanted = JSON.stringify(template);
        if (JSON.stringify(plain(spec.TaskTemplate)) === wanted) return undefined;
        return { ...spec, TaskTemplate: template as ServiceNow["Spec"]["TaskTemplate"] };
      });
    },
  };
}

/** As it stands in an undo log. */
function plain(template: ServiceNow["Spec"]["TaskTemplate"]): Json {
  return JSON.parse(JSON.stringify(template)) as Json;
}
