// How a child is made: as a process of this one's. containers.ts makes a container of it instead.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

/** How something ended; both null: nobody can tell any more. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What runs as a child. */
export interface Running {
  /** As this machine numbers it. */
  readonly pid: number;
  /** Resolves at its end, and never rejects. */
  readonly ended: Promise<RunEnd>;
  /** Resolves once nothing of it is left and what it wrote is in its log file; never rejects. */
  readonly cleared: Promise<void>;
  /**
   * Resolves once it was sent; for SIGSTOP, once nothing of it runs. Rejects when that could not be done. Harmless once
   * it has ended. One after the other, in the order of the calls.
   */
  signal(name: SignalName): Promise<void>;
}

export type SignalName = "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT";

/** What is to run. */
export interface Program {
  readonly replica: string;
  readonly service: string;
  /** The compiled module to run. */
  readonly entry: string;
  /** The whole environment, made anew for each start. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Takes stdout and stderr; appended to. */
  readonly logFile: string;
}

/** Makes it run. Rejects when that is not possible; then nothing of it is left. */
export type Launch = (program: Program) => Promise<Running>;

export const launchProcess: Launch = async ({ entry, environment, logFile }) => {
  const log = openSync(logFile, "a");
  try {
    const child = spawn(process.execPath, [entry], {
      env: { ...environment() },
      stdio: ["ignore", log, log],
    });
    const ended = new Promise<RunEnd>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    const { pid = -1 } = child;
    return {
      pid,
      ended,
      cleared: ended.then(() => undefined),
      async signal(name) {
        if (child.kill(name) && name === "SIGSTOP") await untilStopped(pid);
      },
    };
  } finally {
    closeSync(log);
  }
};

/** One of its threads may wait for a disk, and writes once that answers; longer than this it is not waited for, ms. */
const STOPS_WITHIN_MS = 1000;
const LOOK_MS = 5;

async function untilStopped(pid: number): Promise<void> {
  const until = performance.now() + STOPS_WITHIN_MS;
  while (!(await isStopped(pid))) {
    if (performance.now() > until) throw new Error(`process ${pid} still runs ${STOPS_WITHIN_MS} ms after SIGSTOP`);
    await pause(LOOK_MS);
  }
}

/** All of its threads, or there are none any more. Where the system has no such files, the signal has to do. */
async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const states = threads.map(async (thread) => {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, "utf8").catch(() => ") X");
    return stat[stat.lastIndexOf(")") + 2] ?? "";
  });
  return (await Promise.all(states)).every((state) => "TtZX".includes(state));
}
