// A killed process must get a processor before it can end. One of ours that runs at idle priority gets none on a busy
// machine (measured beside sixteen busy processes on two cores: up to 12 s), so it is raised to the usual priority
// first.

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { statOf } from "./process-stat.ts";

/** Raises every thread of a process that runs below the usual priority, where we may; harmless otherwise. Linux. */
export async function hasten(pid: number): Promise<void> {
  const stat = await statOf(pid);
  if (stat === undefined || (stat.nice <= 0 && !stat.idleClass)) return;
  if (stat.idleClass) await quietly("chrt", ["--other", "--all-tasks", "--pid", "0", String(pid)]);
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const thread of [String(pid), ...threads]) raise(Number(thread));
}

function raise(thread: number): void {
  try {
    setPriority(thread, constants.priority.PRIORITY_NORMAL);
  } catch {
    // Not ours to raise (that takes a privilege), or gone: it ends as soon as it gets its turn.
  }
}

function quietly(file: string, args: readonly string[]): Promise<void> {
  return new Promise((done) => execFile(file, [...args], { timeout: 1_000 }, () => done()));
}
