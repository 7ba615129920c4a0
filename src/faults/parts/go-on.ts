// The way back of a stop: SIGCONT to each process that lives, also to one that is not seen stopped. A stop that was
// sent shows only once the process has a processor to take it; SIGCONT takes that back, too.

import type { ProcessControl } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { seenWithin } from "./seen-within.ts";
import { signalUnlessEnding } from "./signal-unless-ending.ts";

/** A process that goes on is seen at once, unless somebody else stops it, ms. */
const seenWithinMs: Ms = 3_000;

/** True once each of them was seen to run, or to be gone; false when one stays stopped. */
export async function goOn(
  instances: readonly string[],
  process: ProcessControl | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (process === undefined) return false;
  for (const instance of instances) await signalUnlessEnding(instance, "SIGCONT", process);
  return seenWithin(seenWithinMs, signal, async () => {
    const stopped: string[] = [];
    for (const instance of instances) if (await process.isStopped(instance)) stopped.push(instance);
    for (const instance of stopped) await signalUnlessEnding(instance, "SIGCONT", process);
    return stopped.length === 0;
  });
}
