// A signal to a process that may be ending just now: it carries no mark of its stack any more, and is refused one.

import type { ProcessControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { seenWithin } from "./seen-within.ts";

/** A process that was killed lives on for as long as it gets no processor, ms. */
const endsWithinMs: Ms = 1_000;

/** True when the signal was sent; false when it was gone, or has ended without us. Throws when it lives on unsent. */
export async function signalUnlessEnding(
  instance: string,
  how: NodeJS.Signals,
  process: ProcessControl,
): Promise<boolean> {
  const isGone = async (): Promise<boolean> => !(await process.isAlive(instance));
  if (await isGone()) return false;
  try {
    await process.signal(instance, how);
    return true;
  } catch (error) {
    // In its own time: the way back needs the answer also where the trial's signal has come.
    if (await seenWithin(endsWithinMs, new AbortController().signal, isGone)) return false;
    throw error;
  }
}
