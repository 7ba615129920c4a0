// The child processes of a replica, for faults that strike them and leave its own process alone.

import type { ProcessControl, Site, WorkerControl } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";

interface WithWorkers extends Pick<Site, "replica"> {
  readonly controls: { readonly process: ProcessControl; readonly workers: WorkerControl };
}

/** Throws HarnessError "environment" when the replica does not run, or has none. */
export async function workersOf({
  replica,
  controls: { process, workers },
}: WithWorkers): Promise<{ readonly instance: string; readonly workers: readonly string[] }> {
  const instance = await process.find();
  if (instance === undefined) throw new HarnessError("environment", `${replica} has no living process`);
  const found = await workers.find(instance);
  if (found.length > 0) return { instance, workers: found };
  throw new HarnessError("environment", `${replica} (${instance}) has no child process to strike`);
}
