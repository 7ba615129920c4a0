// A guest's core that goes idle is given to somebody else, and coming back can take a hundred milliseconds ("steal").
// While trials run, spinners at idle priority keep the cores; on a machine of our own, where nothing is stolen, there
// are none.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { availableParallelism, constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "../../lib/proc.ts";
import type { KeptAwake } from "../../core/host.ts";
import type { Share } from "../../core/units.ts";
import { hasten } from "./hasten.ts";

/** From this share of stolen time since boot on a machine counts as a guest that must be kept awake. */
const stealFloor: Share = 0.001;
/** More cores than this are not kept: the stack and the harness use but a few. */
const mostCores = 4;

/**
 * Share of the machine's time since boot that its host gave to others (proc(5), `/proc/stat`, field steal); 0 where
 * unknown.
 */
export function stolenShare(procStat: string): Share {
  const fields = (/^cpu +(.*)$/m.exec(procStat)?.[1] ?? "").split(" ").map(Number);
  // user nice system idle iowait irq softirq steal; guest time is already within user.
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  return total > 0 ? (fields[7] ?? 0) / total : 0;
}

/** See `Processors`; others find the spinners by `mark`. */
export async function keepAwake(mark: Readonly<Record<string, string>> = {}): Promise<KeptAwake> {
  const stolen = stolenShare(await readFile("/proc/stat", "utf8").catch(() => ""));
  const cores = stolen >= stealFloor ? Math.min(mostCores, availableParallelism()) : 0;
  const spinners = (await Promise.all(Array.from({ length: cores }, () => startSpinner(mark)))).filter(
    (child) => child !== undefined,
  );
  return {
    cores: spinners.length,
    stolen,
    async [Symbol.asyncDispose]() {
      await Promise.all(spinners.map(endSpinner));
    },
  };
}

/**
 * SCHED_IDLE by `chrt` (sched(7)) yields to everything at once; where there is none, the greatest nice value must do.
 * Both hold within a session only: where the kernel groups processes by session (sched(7), autogroup), one session gets
 * as much as another, whatever runs in it. So each spinner has a session of its own, and gives that the least weight.
 */
export async function startSpinner(mark: Readonly<Record<string, string>>): Promise<ChildProcess | undefined> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "platforms/processes/spin.js"));
  const idle = await launch("chrt", ["--idle", "0", process.execPath, entry], mark);
  // Nice too, although it changes nothing for this class: its time is then counted apart (proc(5), nice), so that one
  // sees who is busy.
  if (idle?.pid !== undefined) setPriority(idle.pid, constants.priority.PRIORITY_LOW);
  return idle ?? (await launchNice(entry, mark));
}

async function launch(
  file: string,
  args: readonly string[],
  mark: Readonly<Record<string, string>>,
): Promise<ChildProcess | undefined> {
  const env = { PATH: process.env["PATH"] ?? "", ...mark };
  const child = spawn(file, args, { env, stdio: ["ignore", "ignore", "ignore", "ipc"], detached: true });
  child.on("error", () => undefined);
  try {
    await once(child, "spawn");
    return child;
  } catch {
    return undefined;
  }
}

async function launchNice(entry: string, mark: Readonly<Record<string, string>>): Promise<ChildProcess | undefined> {
  const child = await launch(process.execPath, [entry], mark);
  if (child?.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return child;
}

export async function endSpinner(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (child.pid !== undefined) await hasten(child.pid);
  child.kill("SIGKILL");
  await exited;
}
