// `rebound up TARGET`: starts a target, says where it answers, and keeps it up until Ctrl-C.

import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "../../core/stack.ts";
import type { Target } from "../../core/target.ts";
import { platformNamed } from "../../platforms/index.ts";
import { stateDir } from "../../store/active-runs.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { stopFileOf } from "../../store/stop-file.ts";
import { exitCodes } from "../exit.ts";
import { refuseWhileSomethingIsLeft, refuseWhileStopped, standGuard, type Guard } from "../../run/guard.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { processes } from "../../run/compose/ports.ts";
import { loadTarget } from "../../run/select.ts";
import { cacheDirOf } from "../../run/choose.ts";

/** Starts the target straight, without fault proxies. Exit code 0 after an orderly end. */
export async function up(name: string): Promise<number> {
  const target = await loadTarget(name);
  await refuseWhileSomethingIsLeft(processes.startTimeOf);
  refuseWhileStopped();
  using interrupt = listenForInterrupt();
  // As a run has one: for its undo log and its watchdog's.
  const folder = join(stateDir(), "up", randomBytes(8).toString("hex"));
  await makeFolder(folder, 0o700);
  const onTrouble = (reason: string): void => void process.stderr.write(`trouble: ${reason}\n`);
  const guard = await standGuard(folder, processes, onTrouble).catch(async (thrown: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  });
  interrupt.heed([stopFileOf(), stopFileOf(folder)]);
  const signal = AbortSignal.any([interrupt.signal, guard.lost]);
  let clean = false;
  try {
    await keepUp(target, { signal, guard });
  } finally {
    clean = await guard.end();
    if (clean) await rm(folder, { recursive: true, force: true });
    else process.stderr.write("Something could not be ended; type `rebound restore`.\n");
  }
  if (guard.lost.aborted) throw guard.lost.reason;
  return clean ? exitCodes.pass : exitCodes.environment;
}

interface Keeping {
  readonly signal: AbortSignal;
  readonly guard: Guard;
}

/** Until the signal; then the stack is ended. */
async function keepUp(target: Target, { signal, guard }: Keeping): Promise<void> {
  const { journal } = guard;
  const cacheDir = cacheDirOf(target);
  const onLine = (line: string): void => void process.stdout.write(`${line}\n`);
  const platform = platformNamed();
  await platform.prepare(target, { cacheDir, onLine, signal, journal });
  const stack = await platform.start(target, { cacheDir, seed: 1, ablated: [], unhealed: false }, journal, signal);
  try {
    say(target, stack);
    // Nothing else may keep the process alive for us: the stack is a detached child.
    const stayAwake = setInterval(() => undefined, 60_000);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearInterval(stayAwake);
  } finally {
    await stack.end();
  }
}

function say(target: Target, stack: Stack): void {
  const replicas = target.services.flatMap((service) => service.replicas);
  const rows = [...replicas.map(({ id }) => [id, stack.addressOf(id)] as const), ...stack.notes];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(16)} ${value}\n`);
  process.stdout.write("Ctrl-C ends it.\n");
}
