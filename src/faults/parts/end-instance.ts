// Ends what runs as one replica by a signal; proved by the platform, not by the target.

import type { ProcessControl, Site } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import { seenWithin } from "./seen-within.ts";

/** SIGKILL takes effect at once; a polite signal may need the process's own time to end, ms. */
export const goneWithinMs: Ms = 3_000;

interface WithProcess extends Pick<Site, "replica" | "harmBegins"> {
  readonly controls: { readonly process: ProcessControl };
}

/** What will be ended; throws HarnessError "environment" when nothing runs. */
export async function livingInstance({ replica, controls }: WithProcess): Promise<{ readonly instance: string }> {
  const instance = await controls.process.find();
  if (instance !== undefined) return { instance };
  throw new HarnessError("environment", `${replica} has no living process to end`);
}

/** Sends the signal to exactly that instance; throws HarnessError "environment" when it is gone already. */
export async function endInstance(
  instance: string,
  how: NodeJS.Signals,
  { replica, controls, harmBegins }: WithProcess,
  signal: AbortSignal,
): Promise<void> {
  if (!(await controls.process.isAlive(instance))) {
    throw new HarnessError("environment", `${instance} of ${replica} was gone before we ended it`);
  }
  signal.throwIfAborted();
  harmBegins?.();
  await controls.process.signal(instance, how);
}

/** Somebody may have started another one by the time we look: gone is that very instance. */
export async function seenGone(
  instance: string,
  how: NodeJS.Signals,
  { controls: { process } }: WithProcess,
  signal: AbortSignal,
): Promise<Evidence> {
  const gone = await seenWithin(goneWithinMs, signal, async () => !(await process.isAlive(instance)));
  return {
    confirmed: gone,
    expected: `${instance} gone after ${how}, by the platform`,
    seen: gone ? `${instance} is gone` : `${instance} still runs after ${goneWithinMs} ms`,
  };
}
