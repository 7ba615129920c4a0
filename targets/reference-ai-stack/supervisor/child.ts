// One child process: start it, end it, know whether it lives. A death is noted and nothing else.

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";

export interface ChildSpec {
  readonly replica: string;
  readonly service: string;
  readonly port: number;
  /** The compiled module to run. */
  readonly entry: string;
  /** Replicas that must have answered once before this one is first started. */
  readonly after: readonly string[];
  /** The stack is ready without it. */
  readonly aside?: boolean;
  /** The child's whole environment, made anew for each start. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Takes stdout and stderr; appended to. */
  readonly logFile: string;
}

export interface Child {
  readonly spec: ChildSpec;
  /** null when no process runs, from the moment its end is known. */
  pid(): number | null;
  /** Starts it unless it runs. Rejects when the process cannot be made. */
  start(): Promise<{ readonly started: boolean; readonly pid: number }>;
  /** SIGTERM, `graceMs`, SIGKILL; resolves when it is gone. Harmless when nothing runs. */
  stop(graceMs: number): Promise<void>;
  /** Stops the process where it is (SIGSTOP), until it is ended or thawed: from now on it writes nothing. */
  freeze(): void;
  /** Lets a process go on that was frozen; harmless for any other. */
  thaw(): void;
  /** Whether the process of now was frozen. */
  isFrozen(): boolean;
  /** Whether `/health` answers 200 within the limit; false at once when the process ends meanwhile. */
  becomesHealthy(limitMs: number): Promise<boolean>;
}

/** How often a starting child is asked for its health, ms. */
const HEALTH_EVERY_MS = 30;
const HEALTH_TIMEOUT_MS = 1000;

/** How a process ended, and whether it was stopped from here. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly wanted: boolean;
}

/** `onExit` hears of every end, wanted or not. */
export function createChild(spec: ChildSpec, onExit: (end: ChildEnd) => void): Child {
  let running: ChildProcess | undefined;
  /** The process that is being stopped from here. */
  let stopping: ChildProcess | undefined;
  let frozen: ChildProcess | undefined;

  const pid = (): number | null => running?.pid ?? null;

  async function start(): Promise<{ started: boolean; pid: number }> {
    if (running?.pid !== undefined) return { started: false, pid: running.pid };
    const log = openSync(spec.logFile, "a");
    try {
      const child = spawn(process.execPath, [spec.entry], {
        env: { ...spec.environment() },
        stdio: ["ignore", log, log],
      });
      running = child;
      child.once("exit", (code, signal) => {
        if (running === child) running = undefined;
        onExit({ code, signal, wanted: stopping === child });
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (error) => {
          if (running === child) running = undefined;
          reject(error);
        });
      });
      return { started: true, pid: child.pid ?? -1 };
    } finally {
      closeSync(log);
    }
  }

  async function stop(graceMs: number): Promise<void> {
    const child = running;
    if (child === undefined) return;
    stopping = child;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await gone;
    clearTimeout(timer);
  }

  async function becomesHealthy(limitMs: number): Promise<boolean> {
    const until = performance.now() + limitMs;
    while (pid() !== null && performance.now() < until) {
      if (await answersHealth(spec.port)) return pid() !== null;
      await pause(HEALTH_EVERY_MS);
    }
    return false;
  }

  const freeze = (): void => {
    frozen = running;
    running?.kill("SIGSTOP");
  };
  const thaw = (): void => {
    if (running !== undefined && running === frozen) running.kill("SIGCONT");
    frozen = undefined;
  };
  const isFrozen = (): boolean => running !== undefined && running === frozen;

  return { spec, pid, start, stop, freeze, thaw, isFrozen, becomesHealthy };
}

async function answersHealth(port: number): Promise<boolean> {
  try {
    const answer = await request(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    return false;
  }
}
