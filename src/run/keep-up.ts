// A target that is kept up, straight and without fault proxies, until something stops it.

import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "../core/platform.ts";
import type { Target } from "../core/target.ts";
import { platformNamed } from "../platforms/index.ts";
import { stateDir } from "../store/active-runs.ts";
import { makeFolder } from "../store/make-folder.ts";
import { cacheDirOf } from "./choose.ts";
import { refuseUnlessFree, standGuard, type Guard } from "./guard.ts";
import { refuseWithoutKeys } from "./keys.ts";
import { stopFileOf } from "./stopping/stop-file.ts";
import type { Stopping } from "./stopping/stopping.ts";
import { refuseUnfit } from "./unfit.ts";

/** Who hears of it. */
export interface KeepingUp {
  readonly stopping: Stopping;
  /** Values of the target's settings; what is absent has its default. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A line of its preparation. */
  readonly onLine: (line: string) => void;
  readonly onTrouble: (says: string) => void;
  /** It is up. */
  readonly onUp: (stack: Stack) => void;
}

/**
 * Resolves after its end: true when nothing of it is left. Throws what kept it from coming up, or from being watched.
 */
export async function keepUp(target: Target, keeping: KeepingUp): Promise<boolean> {
  refuseWithoutKeys([target]);
  await refuseUnlessFree();
  await refuseUnfit([target]);
  const { stopping, onTrouble } = keeping;
  // As a run has one: for its undo log and its watchdog's.
  const folder = join(stateDir(), "up", randomBytes(8).toString("hex"));
  await makeFolder(folder, 0o700);
  const guard = await standGuard(folder, onTrouble).catch(async (thrown: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  });
  stopping.heed([stopFileOf(), stopFileOf(folder)]);
  stopping.failWith(guard.lost);
  let clean = false;
  try {
    await untilStopped(target, guard, keeping);
  } finally {
    clean = await guard.end();
    if (clean) await rm(folder, { recursive: true, force: true });
    else onTrouble("something could not be ended; type `rebound restore`");
  }
  if (guard.lost.aborted) throw guard.lost.reason;
  return clean;
}

async function untilStopped(target: Target, { journal }: Guard, keeping: KeepingUp): Promise<void> {
  const { signal } = keeping.stopping;
  const cacheDir = cacheDirOf(target);
  const platform = platformNamed(target.platform);
  await platform.prepare(target, { cacheDir, onLine: keeping.onLine, signal, journal });
  const { settings = {} } = keeping;
  const how = { cacheDir, seed: 1, ablated: [], unhealed: false, settings };
  const stack = await platform.start(target, how, journal, signal);
  try {
    keeping.onUp(stack);
    // Nothing else may keep the process alive for us: the stack is a detached child.
    const stayAwake = setInterval(() => undefined, 60_000);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearInterval(stayAwake);
  } finally {
    await stack.end();
  }
}

/** Where each replica answers, and what else the stack says of itself, a line each. */
export function addressLines({ services }: Target, stack: Stack): readonly string[] {
  const replicas = services.flatMap((service) => service.replicas);
  const rows = [...replicas.map(({ id }) => [id, stack.addressOf(id)] as const), ...stack.notes];
  return rows.map(([name, value]) => `${name.padEnd(16)} ${value}`);
}
