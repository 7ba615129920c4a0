// Busy processes beside a run: as many as asked for, nice or not, bounded in time, and ended by the channel to their
// starter.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";

export interface Busy {
  readonly processes: number;
  /** Nice values in turn: `[0]`, `[19]`, or `[0, 19]` for half of them each. */
  readonly nice: readonly number[];
  /** Each in a session of its own: Linux then gives each as much as a whole stack (autogroup, sched(7)). */
  readonly apart: boolean;
}

/** They are gone after this, ms, whatever becomes of their starter. */
const longestMs = 1_800_000;

/** Starts them; disposing ends them and waits until they are gone. */
export async function startBusy({ processes, nice, apart }: Busy): Promise<AsyncDisposable> {
  const entry = fileURLToPath(new URL("../calibrate/busy.js", import.meta.url));
  const children = Array.from({ length: processes }, () =>
    fork(entry, [String(longestMs)], { execArgv: [], detached: apart }),
  );
  await Promise.all(children.map((child) => once(child, "spawn")));
  for (const [index, { pid }] of children.entries()) {
    const value = nice[index % nice.length] ?? 0;
    if (pid !== undefined && value !== 0) setPriority(pid, value);
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
