// One child: start it, end it, know whether it lives. A death is noted and nothing else.

import { rm } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf } from "../common/log.ts";
import { launchProcess, type Launch, type Program, type RunEnd, type Running } from "./launch.ts";
import { createTurns } from "./turns.ts";

export interface ChildSpec extends Program {
  readonly port: number;
  /** Replicas that must have answered once before this one is first started. */
  readonly after: readonly string[];
  /** The stack is ready without it. */
  readonly aside?: boolean;
}

/** What is asked of a child is done one after the other, in the order of the calls. */
export interface Child {
  readonly spec: ChildSpec;
  /** As the machine numbers it; null when nothing runs, from the moment its end is known. */
  pid(): number | null;
  /** Starts it unless it runs. Rejects when the process cannot be made. */
  start(): Promise<{ readonly started: boolean; readonly pid: number }>;
  /**
   * SIGTERM, `graceMs`, SIGKILL until it is gone; what is frozen, and for 0 ms, SIGKILL alone. Rejects when it is still
   * there then. Harmless when nothing runs.
   */
  stop(graceMs: number): Promise<void>;
  /**
   * Stops the process where it is (SIGSTOP), until it is ended. True once it is seen that nothing of it runs, false
   * when that cannot be had: then it goes on.
   */
  freeze(): Promise<boolean>;
  /** Whether the process of now is frozen. */
  isFrozen(): boolean;
  /** Does the work while nothing runs, or what is there is frozen; undefined, with nothing done, when it runs. */
  whileStill<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Removes what it has written. To be called once it was stopped for good. */
  forget(): Promise<void>;
  /** Whether `/health` answers 200 within the limit; false at once when the process ends meanwhile. */
  becomesHealthy(limitMs: number): Promise<boolean>;
}

/** How often a starting child is asked for its health, ms. */
const HEALTH_EVERY_MS = 30;
const HEALTH_TIMEOUT_MS = 1000;
/** SIGKILL is sent again after this, ms, so often: who carries it out may fail, or answer before it is done. */
const KILL_AGAIN_MS = 1000;
const KILLS = 20;

/** How it ended, and whether it was stopped from here. */
export interface ChildEnd extends RunEnd {
  readonly wanted: boolean;
}

/** `onExit` hears of every end, wanted or not. `launch` makes what runs; a process of this one's by default. */
export function createChild(spec: ChildSpec, onExit: (end: ChildEnd) => void, launch: Launch = launchProcess): Child {
  const now: Now = {};
  /** Of all that ran. */
  let cleared: Promise<unknown> = Promise.resolve();
  const turns = createTurns();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => turns.inTurn(spec.replica, work);

  const pid = (): number | null => now.running?.pid ?? null;

  async function start(): Promise<{ started: boolean; pid: number }> {
    if (now.running !== undefined) return { started: false, pid: now.running.pid };
    const child = await launch(spec);
    now.running = child;
    cleared = Promise.all([cleared, child.cleared]);
    void child.ended.then((end) => {
      if (now.running === child) delete now.running;
      onExit({ ...end, wanted: now.stopping === child });
    });
    return { started: true, pid: child.pid };
  }

  async function forget(): Promise<void> {
    await cleared;
    await rm(spec.logFile, { force: true });
  }

  async function becomesHealthy(limitMs: number): Promise<boolean> {
    const until = performance.now() + limitMs;
    while (pid() !== null && performance.now() < until) {
      if (await answersHealth(spec.port)) return pid() !== null;
      await pause(HEALTH_EVERY_MS);
    }
    return false;
  }

  return {
    spec,
    pid,
    start: () => inOrder(start),
    stop: (graceMs) => inOrder(() => stop(spec, now, graceMs)),
    freeze: () => inOrder(() => freeze(now)),
    isFrozen: () => isFrozen(now),
    whileStill: (work) => inOrder(async () => (now.running === undefined || isFrozen(now) ? work() : undefined)),
    forget: () => inOrder(forget),
    becomesHealthy,
  };
}

interface Now {
  running?: Running;
  /** What is being stopped from here. */
  stopping?: Running;
  frozen?: Running;
}

function isFrozen({ running, frozen }: Now): boolean {
  return running !== undefined && running === frozen;
}

async function stop(spec: ChildSpec, now: Now, graceMs: number): Promise<void> {
  const child = now.running;
  if (child === undefined) return;
  now.stopping = child;
  // An engine wakes up what it sends a signal to, and that would act on it.
  if (graceMs > 0 && !isFrozen(now)) {
    void child.signal("SIGTERM").catch(() => undefined);
    if (await endsWithin(child, graceMs)) return;
  }
  await kill(spec, child);
}

async function freeze(now: Now): Promise<boolean> {
  const child = now.running;
  if (child === undefined) return false;
  try {
    await child.signal("SIGSTOP");
    if (now.running !== child) return false;
    now.frozen = child;
    return true;
  } catch {
    await child.signal("SIGCONT").catch(() => undefined);
    return false;
  }
}

async function kill({ replica }: ChildSpec, child: Running): Promise<void> {
  let refused = "";
  for (let sent = 0; sent < KILLS; sent += 1) {
    const answer = child.signal("SIGKILL").then(
      () => "",
      (error: unknown) => `: ${messageOf(error)}`,
    );
    refused = await Promise.race([answer, child.ended.then(() => "")]);
    if (await endsWithin(child, KILL_AGAIN_MS)) return;
  }
  throw new Error(`${replica} is still there after ${KILLS} times SIGKILL${refused}`);
}

async function endsWithin({ ended }: Running, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, limitMs, false)));
  const isOver = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return isOver;
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
