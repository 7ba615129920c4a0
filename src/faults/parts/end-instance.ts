// Ends what runs as one replica by a signal; proved by the platform, not by the target.

import type { ProcessControl, Site } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import type { Evidence } from "../../records/timeline/fault.ts";
import type { EventControl, Hearing } from "../../core/told-effect.ts";
import { handOnTold, listenTo } from "./effect-told.ts";
import { seenWithin } from "./seen-within.ts";

/** SIGKILL takes effect at once; a polite signal may need the process's own time to end, ms. */
export const goneWithinMs: Ms = 3_000;

interface WithProcess extends Pick<Site, "replica" | "harmBegins" | "effectSeen" | "effectTold"> {
  readonly controls: { readonly process: ProcessControl; readonly events?: EventControl };
}

/** What was ended, by which signal. */
interface Ended {
  readonly instance: string;
  readonly how: NodeJS.Signals;
  readonly hearing?: Hearing | undefined;
}

/** What will be ended; throws HarnessError "environment" when nothing runs. */
export async function livingInstance({ replica, controls }: WithProcess): Promise<{ readonly instance: string }> {
  const instance = await controls.process.find();
  if (instance !== undefined) return { instance };
  throw new HarnessError("environment", `${replica} has no living process to end`);
}

const polite: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGQUIT"];

/** A program may take its time to end of it, and refuse its users all that while. */
export function isPolite(signal: NodeJS.Signals): boolean {
  return polite.includes(signal);
}

/**
 * Sends the signal to exactly that instance; throws HarnessError "environment" when it is gone already. Resolves to
 * what the platform will tell of its end, where it tells and where that is when the effect began.
 */
export async function endInstance(
  instance: string,
  how: NodeJS.Signals,
  { replica, controls, harmBegins }: WithProcess,
  signal: AbortSignal,
): Promise<Hearing | undefined> {
  const hearing = isPolite(how) ? undefined : await listenTo(instance, controls.events);
  if (!(await controls.process.isAlive(instance))) {
    throw new HarnessError("environment", `${instance} of ${replica} was gone before we ended it`);
  }
  signal.throwIfAborted();
  harmBegins?.();
  await controls.process.signal(instance, how);
  return hearing;
}

/** Somebody may have started another one by the time we look: gone is that very instance. */
export async function seenGone(
  { instance, how, hearing }: Ended,
  site: WithProcess,
  signal: AbortSignal,
): Promise<Evidence> {
  const { process } = site.controls;
  const gone = await seenWithin(goneWithinMs, signal, async () => !(await process.isAlive(instance)));
  if (gone) await handOnTold({ hearing, event: "die" }, site, signal);
  return {
    confirmed: gone,
    expected: `${instance} gone after ${how}, by the platform`,
    seen: gone ? `${instance} is gone` : `${instance} still runs after ${goneWithinMs} ms`,
  };
}
