// Swarm's own healing, switched off for one trial where its specification says what it does: the restart condition of a
// service, and what follows on an update that fails. Checked at the manager, since a switch that did not take would
// make an ablation of nothing.

import { HarnessError } from "../../../core/errors.ts";
import type { Ablation, Target } from "../../../core/target.ts";
import type { Engine } from "../engine.ts";
import { servicesOf, shortName, type ServiceNow } from "./cluster.ts";
import { changeService, serviceNow } from "./services.ts";
import type { Switch } from "./ways.ts";

type Off = Pick<Ablation, "restartCondition" | "failureAction">;

/** What is switched off, of all pathways together. Throws HarnessError "bad-input" for one without a switch. */
export function offOf({ name, file, ablations = {} }: Target, ablated: readonly string[]): Off {
  const without = ablated.find((pathway) => {
    const { restartCondition, failureAction } = ablations[pathway] ?? {};
    return restartCondition === undefined && failureAction === undefined;
  });
  if (without === undefined) return Object.assign({}, ...ablated.map((pathway) => ablations[pathway])) as Off;
  throw new HarnessError("bad-input", `target ${name} cannot ablate ${without}`, {
    hint: `${file} needs restart_condition or failure_action for it under ablate`,
  });
}

/** What the services say now of that which will be switched off; empty where nothing will be. */
export async function switchesOf(engine: Engine, stack: string, off: Off): Promise<readonly Switch[]> {
  if (off.restartCondition === undefined && off.failureAction === undefined) return [];
  return (await servicesOf(engine, stack)).map(({ ID: service, Spec: spec }) => ({
    service,
    name: shortName(stack, spec.Name),
    ...(off.restartCondition && { restarts: spec.TaskTemplate.RestartPolicy?.Condition ?? null }),
    ...(off.failureAction && { onFailure: spec.UpdateConfig?.FailureAction ?? null }),
  }));
}

/** Switches it off. Throws HarnessError "environment" where the manager does not say so afterwards. */
export async function switchOff(engine: Engine, switches: readonly Switch[]): Promise<void> {
  for (const one of switches) {
    const to: Switch = {
      ...one,
      ...("restarts" in one && { restarts: "none" }),
      ...("onFailure" in one && { onFailure: "pause" }),
    };
    await changeService(engine, one.service, (spec) => changed(spec, to));
    const now = await serviceNow(engine, one.service);
    if (now !== undefined && changed(now.Spec, to) === undefined) continue;
    throw new HarnessError("environment", `what Swarm does by itself for ${one.name} was not switched off`);
  }
}

/** As it was before; harmless where it is so already, or the service is gone. */
export async function switchBack(engine: Engine, switches: readonly Switch[]): Promise<void> {
  for (const one of switches) await changeService(engine, one.service, (spec) => changed(spec, one));
}

/** Undefined where it says so already. */
function changed(spec: ServiceNow["Spec"], { restarts, onFailure }: Switch): ServiceNow["Spec"] | undefined {
  const task = spec.TaskTemplate;
  const [condition, action] = [task.RestartPolicy?.Condition ?? null, spec.UpdateConfig?.FailureAction ?? null];
  const same = [restarts === undefined || restarts === condition, onFailure === undefined || onFailure === action];
  if (same.every(Boolean)) return undefined;
  return {
    ...spec,
    ...(onFailure !== undefined && { UpdateConfig: { ...spec.UpdateConfig, ...orAbsent("FailureAction", onFailure) } }),
    TaskTemplate: {
      ...task,
      ...(restarts !== undefined && { RestartPolicy: { ...task.RestartPolicy, ...orAbsent("Condition", restarts) } }),
    },
  };
}

function orAbsent(name: string, value: string | null): Record<string, string | undefined> {
  return { [name]: value ?? undefined };
}
