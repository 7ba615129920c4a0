// What everybody else knows of a process of the stack: one text for each incarnation.

import { HarnessError } from "../../core/errors.ts";
import type { ProcessRef } from "../../core/host.ts";

/**
 * `pid 4711/81230@1a2b3c4d`: its number and when it began. Never the same for two processes, not even after a reboot.
 * Undo logs and timelines hold it, and so do those of earlier builds once they are read (records/former-names.ts).
 */
export function instanceOf({ pid, startTime }: ProcessRef): string {
  return `pid ${pid}/${startTime}`;
}

/** The process that a text names. Throws HarnessError "environment" for a text that is not of this platform. */
export function processOf(instance: string): ProcessRef {
  const [, pid, startTime] = /^pid ([1-9]\d*)\/(.+)$/.exec(instance) ?? [];
  if (pid !== undefined && startTime !== undefined) return { pid: Number(pid), startTime };
  throw new HarnessError("environment", `${JSON.stringify(instance)} does not name a process of this machine`);
}
