// The one reading of the kernel's process table (proc(5)): what a process is, whether it is over, and whether it is on
// its way there. Everything that asks who lives goes through here, so that no two parts of the program disagree on one
// that is dying.

import { readFile, readdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Ms } from "../../core/units.ts";

/** `/proc/<pid>/stat`, as far as anybody here asks for it. */
export interface ProcessStat {
  /** R S D T Z X …; T is stopped by a signal. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Of the first thread: PF_EXITING is set once it no longer runs any code of its program. */
  readonly exiting: boolean;
  /** A thread of the kernel's own; it has neither a command line nor an environment. */
  readonly kernel: boolean;
  /** Time that all its threads have used so far, in user and in system mode, in ticks of 10 ms. */
  readonly usedTicks: number;
  readonly nice: number;
  /** All of them, the first too; a zombie whose others have ended has one or none. */
  readonly threads: number;
  /** Start, in ticks since boot: with the pid it names one process. */
  readonly startTicks: string;
  /** SCHED_IDLE: gets the processor only when nobody else wants it. */
  readonly idleClass: boolean;
}

const [flagExiting, flagKernel, policyIdle, bitOfKill] = [0x4, 0x200000, "5", 0x100n];
/** How long a process may take to load its program before we take it for one that has no environment. */
const [loadWaitMs, loadPollMs]: readonly [Ms, Ms] = [2_000, 5];

/** Undefined when it is not the line of a process: an empty one is of a process that is gone. */
export function parseStat(text: string): ProcessStat | undefined {
  // The name in field 2 may hold spaces and brackets; fields are counted from the third on.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  if (!text.includes(")") || state === undefined || startTicks === undefined) return undefined;
  return {
    state,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    exiting: (Number(fields[6]) & flagExiting) !== 0,
    kernel: (Number(fields[6]) & flagKernel) !== 0,
    usedTicks: Number(fields[11]) + Number(fields[12]),
    nice: Number(fields[16]),
    threads: Number(fields[17]),
    startTicks,
    idleClass: fields[38] === policyIdle,
  };
}

/**
 * True when nothing of the process runs any more. A killed process is a zombie as soon as its first thread has ended;
 * until the others have, its files and ports stay open.
 */
export function isOver({ state, threads }: Pick<ProcessStat, "state" | "threads">): boolean {
  return state === "X" || (state === "Z" && threads <= 1);
}

/**
 * True when the process is bound to be over soon and can do nothing more: its first thread has ended or is ending, or
 * SIGKILL waits for it to get a processor (`status` is the text of `/proc/<pid>/status`). It has no command line any
 * more, or soon none.
 */
export function isEnding(stat: ProcessStat, status: string): boolean {
  if (stat.state === "Z" || stat.exiting) return true;
  const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gim)].map(([, hex]) => BigInt(`0x${hex}`));
  return pending.some((signals) => (signals & bitOfKill) !== 0n);
}

/** Undefined when the process is gone or over. */
export async function statOf(pid: number): Promise<ProcessStat | undefined> {
  const stat = parseStat(await readQuietly(`/proc/${pid}/stat`));
  return stat === undefined || isOver(stat) ? undefined : stat;
}

/**
 * How it stands with a process: `gone` when nothing of it runs (any more), `ending` as `isEnding` says, or `running`.
 * With a start (ticks since boot) it is asked for that very process. What goes while it is looked at is gone, and
 * neither ending nor running.
 */
export async function stageOf(pid: number, startTicks?: string): Promise<"gone" | "ending" | "running"> {
  const stat = await statOf(pid);
  if (stat === undefined || (startTicks !== undefined && stat.startTicks !== startTicks)) return "gone";
  const status = await readQuietly(`/proc/${pid}/status`);
  if (status === "") return "gone";
  return isEnding(stat, status) ? "ending" : "running";
}

/** Every pid in the table; empty where there is none. */
export async function pidsNow(): Promise<number[]> {
  return (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * The process's environment, by any thread that still has it: a zombie's other threads do. Waits for a process that is
 * loading its program, at most two seconds. Empty when it is not ours to read.
 */
export async function environmentOf(pid: number): Promise<readonly string[]> {
  const deadline = performance.now() + loadWaitMs;
  for (;;) {
    for (const folder of await threadFolders(pid)) {
      const text = await readQuietly(`${folder}/environ`);
      if (text !== "") return text.split("\0");
    }
    if (performance.now() > deadline || !(await isLoading(pid))) return [];
    await delay(loadPollMs);
  }
}

/**
 * True between the system call `execve` and the first instruction of the new program: the kernel shows neither command
 * line nor environment then, and on a busy machine that may last.
 */
async function isLoading(pid: number): Promise<boolean> {
  const stat = await statOf(pid);
  if (stat === undefined || stat.kernel || stat.exiting || stat.state === "Z") return false;
  const texts = await Promise.all(["cmdline", "environ"].map((name) => readOrRefused(`/proc/${pid}/${name}`)));
  return texts.every((text) => text === "");
}

/** Undefined when it is gone or not ours to read. */
async function readOrRefused(path: string): Promise<string | undefined> {
  return readFile(path, "latin1").catch(() => undefined);
}

/**
 * `/proc/<pid>`, and for a process whose first thread has ended the folders of the others, through which its files are
 * seen.
 */
export async function threadFolders(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}`;
  const stat = parseStat(await readQuietly(`${folder}/stat`));
  if (stat?.state !== "Z" || isOver(stat)) return [folder];
  const threads = await readdir(`${folder}/task`).catch(() => []);
  return [folder, ...threads.map((thread) => `${folder}/task/${thread}`)];
}

/** Empty when the process is gone or not ours to read. */
export async function readQuietly(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch {
    return "";
  }
}
