// What comes up as the replica after an instance of it has ended.

import { setTimeout as delay } from "node:timers/promises";
import type { ProcessControl } from "../../core/controls.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";

/** A start shows at the latest after this time, and costs the stack one request for each, ms. */
const everyMs: Ms = 25;
/** A stack under load may keep us waiting; for longer than this we do not go on blind, ms. */
const mostBlindMs: Ms = 10_000;

/**
 * Waits until that instance is gone and another one runs; undefined once the signal has ended the wait. Only the
 * platform is asked as long as it lives. Throws HarnessError "environment" when nobody can be seen for ten seconds.
 */
export async function nextInstance(
  after: string,
  process: ProcessControl,
  signal: AbortSignal,
): Promise<string | undefined> {
  let seenAt = performance.now();
  while (!signal.aborted) {
    try {
      const now = (await process.isAlive(after)) ? after : await process.find();
      if (signal.aborted) return undefined;
      if (now !== undefined && now !== after) return now;
      seenAt = performance.now();
    } catch (cause) {
      if (performance.now() - seenAt > mostBlindMs) {
        const words = `what comes after ${after} could not be seen for ${mostBlindMs} ms: ${messageOf(cause)}`;
        throw new HarnessError("environment", words, { cause });
      }
    }
    await lasted(everyMs, signal);
  }
  return undefined;
}

/** Waits so long; false when the signal has ended it before. */
export async function lasted(ms: Ms, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}
