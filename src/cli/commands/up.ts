// `rebound up TARGET`: starts a target, says where it answers, and keeps it up until Ctrl-C.

import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Target } from "../../core/target.ts";
import { startGuarded } from "../../platforms/processes/guarded-start.ts";
import { prepareTarget } from "../../platforms/processes/prepare-target.ts";
import type { RunningTarget } from "../../platforms/processes/start-target.ts";
import { stateDir } from "../../store/active-runs.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { stopFileOf } from "../../store/stop-file.ts";
import { exitCodes } from "../exit.ts";
import { refuseWhileSomethingIsLeft, refuseWhileStopped, standGuard, type Guard } from "../../run/guard.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { processes } from "../compose.ts";
import { cacheDirOf, loadTarget } from "../select.ts";

/** Starts the target straight, without fault proxies. Exit code 0 after an orderly end. */
export async function up(name: string): Promise<number> {
  const target = await loadTarget(name);
  await refuseWhileSomethingIsLeft(processes.startTimeOf);
  refuseWhileStopped();
  using interrupt = listenForInterrupt();
  const instanceId = randomBytes(8).toString("hex");
  // As a run has one: for its undo log and its watchdog's.
  const folder = join(stateDir(), "up", instanceId);
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
    await keepUp(target, { instanceId, signal, guard });
  } finally {
    clean = await guard.end();
    if (clean) await rm(folder, { recursive: true, force: true });
    else process.stderr.write("Something could not be ended; type `rebound restore`.\n");
  }
  if (guard.lost.aborted) throw guard.lost.reason;
  return clean ? exitCodes.pass : exitCodes.environment;
}

interface Keeping {
  readonly instanceId: string;
  readonly signal: AbortSignal;
  readonly guard: Guard;
}

/** Until the signal; then the stack is ended. */
async function keepUp(target: Target, { instanceId, signal, guard }: Keeping): Promise<void> {
  const { journal } = guard;
  const cacheDir = cacheDirOf(target);
  const onLine = (line: string): void => void process.stdout.write(`${line}\n`);
  await prepareTarget(target, { cacheDir, onLine, signal, journal });
  const options = { cacheDir, instanceId, signal, seed: 1, ablated: [], edges: () => undefined };
  const running = await startGuarded(target, options, journal);
  try {
    say(running);
    // Nothing else may keep the process alive for us: the stack is a detached child.
    const stayAwake = setInterval(() => undefined, 60_000);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearInterval(stayAwake);
  } finally {
    await running.end();
  }
}

function say(running: RunningTarget): void {
  for (const [replica, port] of Object.entries(running.ports)) {
    process.stdout.write(`${replica.padEnd(16)} http://127.0.0.1:${port}\n`);
  }
  process.stdout.write(
    `inventory        ${running.inventoryUrl}\nlog              ${running.logFile}\nCtrl-C ends it.\n`,
  );
}
