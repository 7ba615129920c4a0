// The way back of a fault that a replica died of: it runs again, by the target's control, and by the platform.

import type { ProcessControl, ReplicaControl, Site } from "../../core/controls.ts";
import { runsAgain } from "./runs-again.ts";
import { seenWithin } from "./seen-within.ts";

/** A replica that the target says it started must run by the platform too; less than a revert's own budget, ms. */
const backWithinMs = 5_000;
/** A signal that was sent takes effect at the latest after this time, ms: until then the instance still looks alive. */
const underWayMs = 1_000;

/** Asks until the platform sees it run: a supervisor that has not noticed the death yet says "already runs". */
export async function startAgain(
  replica: ReplicaControl,
  process: ProcessControl | undefined,
  signal: AbortSignal,
): Promise<{ readonly runs: boolean; readonly seen: string }> {
  let seen = "the target was not asked";
  const runs = await seenWithin(backWithinMs, signal, async () => {
    const { started, instance } = await replica.ensureRunning(signal);
    const now = process === undefined ? instance : await process.find();
    seen = started ? `started again as ${instance}` : `already ran, as ${instance}`;
    if (now === undefined) seen = `the target says that it runs as ${instance}, and the platform sees no such thing`;
    return now !== undefined;
  });
  return { runs, seen };
}

/** The way back of a fault that ends an instance; a target without a start control is not asked. */
export async function bringBack(
  instance: string,
  controls: Pick<Site["controls"], "process" | "replica">,
  signal: AbortSignal,
): Promise<{ readonly runs: boolean; readonly seen: string }> {
  const { process } = controls;
  if (process !== undefined) await seenWithin(underWayMs, signal, async () => !(await process.isAlive(instance)));
  return bringBackNow(instance, controls, signal);
}

/** The same, where nothing that was sent to that instance can be under way any more. */
export async function bringBackNow(
  instance: string,
  { process, replica }: Pick<Site["controls"], "process" | "replica">,
  signal: AbortSignal,
): Promise<{ readonly runs: boolean; readonly seen: string }> {
  if (replica !== undefined) return startAgain(replica, process, signal);
  const back = await runsAgain(instance, process);
  const seen = back ?? "the target offers no start control, so there is nothing this fault can do: it stays down";
  return { runs: back !== undefined, seen };
}

/** An engine that died of the damage is started again; of a stack that is gone there is nothing to start. */
export async function startIfDown(
  site: Site,
  signal: AbortSignal,
): Promise<{ readonly runs: boolean; readonly seen: string }> {
  const { process, replica } = site.controls;
  const isDown = process !== undefined && (await process.find().then(isNone, () => false));
  if (!isDown) return { runs: true, seen: "" };
  if (replica === undefined) return { runs: false, seen: "; the replica is down, and the target cannot start it" };
  const again = await startAgain(replica, process, signal);
  return { runs: again.runs, seen: `; the replica was down: ${again.seen}` };
}

function isNone(instance: string | undefined): boolean {
  return instance === undefined;
}
