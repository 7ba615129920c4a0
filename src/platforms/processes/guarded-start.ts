// Starts a target so that a later process can end it whatever happens to us: each step is written down before it is
// taken.

import { messageOf } from "../../core/errors.ts";
import type { Target } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { endInstance } from "./process-table.ts";
import { startTarget, type RunningTarget, type StartOptions } from "./start-target.ts";
import { waysInto } from "./ways.ts";
import { createWorkDir, removeWorkDir, workDirFor } from "./work-dir.ts";

export interface GuardedTarget extends RunningTarget {
  /** Stops the stack, removes its work folder, notes both as done, and names what could not be ended or removed. */
  end(): Promise<readonly string[]>;
}

/** Like `startTarget`, in a fresh work folder of its own; a failed start leaves nothing behind. */
export async function startGuarded(
  target: Target,
  options: Omit<StartOptions, "workDir" | "onStarted">,
  undo: UndoJournal,
): Promise<GuardedTarget> {
  const journal = waysInto(undo);
  const marker = options.instanceId;
  const path = workDirFor(marker);
  const folder = await journal.intend({ kind: "directory", path, marker });
  const processes: number[] = [];
  let running: RunningTarget | undefined;
  const end = async (): Promise<readonly string[]> => {
    const { remaining } = await (running?.stop() ?? endInstance({ marker }, 500));
    const left = remaining.map((process) => `pid ${process.pid}`);
    if (left.length === 0) for (const seq of processes) await journal.done(seq);
    const kept = await removeFolder(path, marker);
    if (kept.length === 0) await journal.done(folder);
    return [...left, ...kept];
  };
  try {
    const workDir = await createWorkDir(marker);
    processes.push(await journal.intend({ kind: "process", marker }));
    running = await startTarget(target, {
      ...options,
      workDir,
      onStarted: async ({ pid, startTime }) => {
        processes.push(await journal.intend({ kind: "process", marker, pid, startTime }));
      },
    });
    return { ...running, end };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}

async function removeFolder(path: string, marker: string): Promise<readonly string[]> {
  try {
    await removeWorkDir(path, marker);
    return [];
  } catch (thrown) {
    return [`${path} (${messageOf(thrown)})`];
  }
}
