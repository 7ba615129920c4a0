// Changes of a service's specification: the manager takes them with the version that they are based on.

import { HarnessError } from "../../../core/errors.ts";
import type { Engine } from "../engine.ts";
import { ifThere } from "../engine.ts";
import type { ServiceNow } from "./cluster.ts";

const triesOfAnUpdate = 5;

type Spec = ServiceNow["Spec"];

/** As it is now, with its previous specification where there is one; undefined once it was removed. */
export async function serviceNow({ docker }: Engine, id: string): Promise<ServiceNow | undefined> {
  return (await ifThere(docker.getService(id).inspect())) as ServiceNow | undefined;
}

/**
 * Changes what `change` returns; a change that somebody made meanwhile is kept. False where the service is gone, or
 * `change` leaves it as it is.
 */
export async function changeService(
  engine: Engine,
  id: string,
  change: (spec: Spec) => Spec | undefined,
): Promise<boolean> {
  for (let left = triesOfAnUpdate; left > 0; left -= 1) {
    const now = await serviceNow(engine, id);
    const spec = now && change(structuredClone(now.Spec));
    if (now === undefined || spec === undefined) return false;
    try {
      await engine.docker.getService(id).update({ ...spec, version: now.Version.Index });
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Error) || !thrown.message.includes("update out of sequence")) throw thrown;
    }
  }
  throw new HarnessError("environment", `the service ${id} is changed by somebody else all the time`);
}

/** New tasks of the same specification. A slot that no task is wanted in is filled by nothing less. */
export async function forceUpdate(engine: Engine, id: string): Promise<void> {
  await changeService(engine, id, (spec) => {
    const forced = Number(spec.TaskTemplate["ForceUpdate"] ?? 0);
    return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: forced + 1 } };
  });
}
