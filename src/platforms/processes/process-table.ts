// What the operating system says of processes: who lives, who belongs to a stack we started, and how to end exactly
// those.

import type { ProcessRef } from "../../core/host.ts";
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Ms } from "../../core/units.ts";
import { hasten } from "./hasten.ts";
import { environmentOf, pidsNow, readQuietly, stageOf, statOf } from "./process-stat.ts";

/** Every process of a stack inherits this variable; its value names one start of one stack. */
export const markerVariable = "STACK_INSTANCE";

/** One start of one stack: its marker and, where known, its first process (which leads the process group). */
export interface Instance {
  readonly marker: string;
  readonly leader?: ProcessRef;
}

const isLinux = process.platform === "linux";
const pollMs: Ms = 20;
/**
 * How long a killed process may take to leave the table, ms. The kernel needs far less, but it needs a processor for
 * it.
 */
const killWaitMs: Ms = 5_000;
const run = promisify(execFile);

/** When the process began, or undefined when it is not there (a zombie whose threads have all ended is not there). */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  return isLinux ? linuxStartTime(pid) : psStartTime(pid);
}

/** True while the pid runs; with a start time, while it is still that very process. */
export async function isAlive(pid: number, startTime?: string): Promise<boolean> {
  const now = await startTimeOf(pid);
  return now !== undefined && (startTime === undefined || startTime === now);
}

/**
 * True while this very process runs and is not on its way out: one that was killed may hold its ports a while, and
 * serves nobody.
 */
export async function isRunning({ pid, startTime }: ProcessRef): Promise<boolean> {
  // The stage comes last: who ended between the two looks does not run.
  return (await isAlive(pid, startTime)) && (!isLinux || (await stageOf(pid)) === "running");
}

/** Every living process of the instance but ourselves: by its marker on Linux, by process group elsewhere. */
export async function findInstance(instance: Instance): Promise<readonly ProcessRef[]> {
  const pids = isLinux ? await linuxPidsOf(instance.marker) : await psGroupOf(instance.leader);
  const found: ProcessRef[] = [];
  for (const pid of pids) {
    const startTime = await startTimeOf(pid);
    if (startTime !== undefined && pid !== process.pid) found.push({ pid, startTime });
  }
  return found;
}

/**
 * Every living process of the group that a process leads, while it leads it: also children that dropped the marker.
 * None once the leader is gone.
 */
export async function findGroup(leader: ProcessRef): Promise<readonly ProcessRef[]> {
  const pids = isLinux ? await linuxGroupOf(leader.pid) : await psGroupOf(leader);
  const found: ProcessRef[] = [];
  for (const pid of pids) {
    const startTime = await startTimeOf(pid);
    if (startTime !== undefined && pid !== process.pid) found.push({ pid, startTime });
  }
  return (await isAlive(leader.pid, leader.startTime)) ? found : [];
}

/** True when the pid belongs to the instance; the check before any signal is sent. */
export async function belongsTo(pid: number, instance: Instance): Promise<boolean> {
  if (pid === process.pid) return false;
  if (isLinux) return linuxCarries(pid, instance.marker);
  return (await psGroupOf(instance.leader)).includes(pid);
}

/** Sends a signal if it is still that process; false when it is gone. */
export async function sendSignal(target: ProcessRef, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(target.pid, target.startTime))) return false;
  return trySignal(target.pid, signal);
}

/** SIGTERM, `graceMs` to end, SIGKILL, a bounded wait. Returns those that are still there. */
export async function endProcesses(targets: readonly ProcessRef[], graceMs: Ms): Promise<readonly ProcessRef[]> {
  for (const target of targets) await sendSignal(target, "SIGTERM");
  const stubborn = await waitUntilGone(targets, graceMs);
  for (const target of stubborn) await killNow(target);
  return waitUntilGone(stubborn, killWaitMs);
}

/** SIGKILL, after which it does nothing more; it is raised first, since one that gets no processor cannot even end. */
async function killNow(target: ProcessRef): Promise<void> {
  if (isLinux && (await isAlive(target.pid, target.startTime))) await hasten(target.pid);
  await sendSignal(target, "SIGKILL");
}

/** What ending an instance came to. */
export interface Ended {
  readonly ended: readonly ProcessRef[];
  readonly remaining: readonly ProcessRef[];
}

/**
 * Ends every process of the instance, looking again until none is left: a healer may start one while we end another.
 */
export async function endInstance(instance: Instance, graceMs: Ms, signal?: AbortSignal): Promise<Ended> {
  const ended: ProcessRef[] = [];
  let members = await findInstance(instance);
  for (let round = 0; round < 5 && members.length > 0; round += 1) {
    if (signal?.aborted === true) break;
    const stuck = await endProcesses(members, graceMs);
    ended.push(...members);
    members = await findInstance(instance);
    // Killed already and not gone: to wait as long again for each round would help nobody.
    if (members.length > 0 && members.every(({ pid }) => stuck.some((other) => other.pid === pid))) break;
  }
  return { ended: await gone(ended), remaining: members };
}

/** Waits until none of them lives, at most `timeoutMs`; returns those that do. */
export async function waitUntilGone(targets: readonly ProcessRef[], timeoutMs: Ms): Promise<readonly ProcessRef[]> {
  const deadline = performance.now() + timeoutMs;
  let left = await living(targets);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(pollMs);
    left = await living(left);
  }
  return left;
}

async function living(targets: readonly ProcessRef[]): Promise<readonly ProcessRef[]> {
  const alive = await Promise.all(targets.map((target) => isAlive(target.pid, target.startTime)));
  return targets.filter((_, index) => alive[index]);
}

async function gone(targets: readonly ProcessRef[]): Promise<readonly ProcessRef[]> {
  const alive = new Set((await living(targets)).map((target) => target.pid));
  return targets.filter((target) => !alive.has(target.pid));
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // ESRCH: it ended by itself between the look and the signal, which is what was wanted.
    return false;
  }
}

async function linuxGroupOf(leader: number): Promise<number[]> {
  const pids = await pidsNow();
  const stats = await Promise.all(pids.map(statOf));
  return pids.filter((_, index) => stats[index]?.group === leader);
}

async function linuxStartTime(pid: number): Promise<string | undefined> {
  const stat = await statOf(pid);
  return stat === undefined ? undefined : startTimeFrom(stat.startTicks, await bootId());
}

/** Ticks count from boot: the boot's own id keeps a pid of before a reboot apart. */
export function startTimeFrom(startTicks: string, bootId: string): string {
  return `${startTicks}@${bootId.slice(0, 8)}`;
}

/** A new text at each boot. */
export const bootIdFile = "/proc/sys/kernel/random/boot_id";
let knownBootId: string | undefined;
async function bootId(): Promise<string> {
  knownBootId ??= await readQuietly(bootIdFile);
  return knownBootId;
}

async function linuxPidsOf(marker: string): Promise<number[]> {
  const pids = await pidsNow();
  const carries = await Promise.all(pids.map((pid) => linuxCarries(pid, marker)));
  return pids.filter((_, index) => carries[index]);
}

async function linuxCarries(pid: number, marker: string): Promise<boolean> {
  return (await environmentOf(pid)).includes(`${markerVariable}=${marker}`);
}

async function psStartTime(pid: number): Promise<string | undefined> {
  const line = await psQuietly(["-o", "stat=,lstart=", "-p", String(pid)]);
  const [state, ...began] = line.trim().split(/\s+/);
  return state === undefined || state === "" || state.startsWith("Z") ? undefined : began.join(" ");
}

async function psGroupOf(leader: ProcessRef | undefined): Promise<number[]> {
  if (leader === undefined) return [];
  const table = (await psQuietly(["-axo", "pid=,pgid="]))
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = table.filter(([, group]) => group === leader.pid).map(([pid]) => pid ?? 0);
  // A stranger may lead a group of the same number once all of ours are gone: then the leader's start time differs.
  const leaderNow = await psStartTime(leader.pid);
  return leaderNow === undefined || leaderNow === leader.startTime ? members : [];
}

async function psQuietly(args: readonly string[]): Promise<string> {
  try {
    return (await run("ps", [...args])).stdout;
  } catch {
    // ps answers 1 when no process fits.
    return "";
  }
}
