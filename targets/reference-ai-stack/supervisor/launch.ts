// How a child is made: as a process of this one's. containers.ts makes a container of it instead.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** How something ended. */
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
  /** Harmless once it has ended. */
  signal(name: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
}

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
    return { pid: child.pid ?? -1, ended, signal: (name) => void child.kill(name) };
  } finally {
    closeSync(log);
  }
};
