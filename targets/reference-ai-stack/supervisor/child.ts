// One child: start it, end it, know whether it lives. A death is noted and nothing else.

import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { launchProcess, type Launch, type Program, type RunEnd, type Running } from "./launch.ts";

export interface ChildSpec extends Program {
  readonly port: number;
  /** Replicas that must have answered once before this one is first started. */
  readonly after: readonly string[];
  /** The stack is ready without it. */
  readonly aside?: boolean;
}

export interface Child {
  readonly spec: ChildSpec;
  /** As the machine numbers it; null when nothing runs, from the moment its end is known. */
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

/** How it ended, and whether it was stopped from here. */
export interface ChildEnd extends RunEnd {
  readonly wanted: boolean;
}

/** `onExit` hears of every end, wanted or not. `launch` makes what runs; a process of this one's by default. */
export function createChild(spec: ChildSpec, onExit: (end: ChildEnd) => void, launch: Launch = launchProcess): Child {
  let running: Running | undefined;
  let launching: Promise<Running> | undefined;
  /** What is being stopped from here. */
  let stopping: Running | undefined;
  let frozen: Running | undefined;

  const pid = (): number | null => running?.pid ?? null;

  async function launched(): Promise<Running> {
    const child = await launch(spec).finally(() => (launching = undefined));
    running = child;
    void child.ended.then((end) => {
      if (running === child) running = undefined;
      onExit({ ...end, wanted: stopping === child });
    });
    return child;
  }

  async function start(): Promise<{ started: boolean; pid: number }> {
    const there = running ?? (await launching);
    if (there !== undefined) return { started: false, pid: there.pid };
    launching = launched();
    return { started: true, pid: (await launching).pid };
  }

  async function stop(graceMs: number): Promise<void> {
    // What is just being made would outlive us.
    await launching?.catch(() => undefined);
    const child = running;
    if (child === undefined) return;
    stopping = child;
    child.signal("SIGTERM");
    const timer = setTimeout(() => child.signal("SIGKILL"), graceMs);
    await child.ended;
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
    running?.signal("SIGSTOP");
  };
  const thaw = (): void => {
    if (running !== undefined && running === frozen) running.signal("SIGCONT");
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
