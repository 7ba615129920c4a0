// `rebound up TARGET`: starts a target, says where it answers, and keeps it up until Ctrl-C.

import { randomBytes } from "node:crypto";
import { prepareTarget } from "../../platforms/processes/prepare-target.ts";
import { startTarget } from "../../platforms/processes/start-target.ts";
import { createWorkDir, removeWorkDir } from "../../platforms/processes/work-dir.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { cacheDirOf, loadTarget } from "../select.ts";

/** Starts the target straight, without fault proxies. Exit code 0 after an orderly end. */
export async function up(name: string): Promise<number> {
  const target = await loadTarget(name);
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  const cacheDir = cacheDirOf(target);
  await prepareTarget(target, cacheDir, (line) => process.stdout.write(`${line}\n`), signal);
  const instanceId = randomBytes(8).toString("hex");
  const workDir = await createWorkDir(instanceId);
  try {
    const running = await startTarget(target, {
      workDir,
      cacheDir,
      instanceId,
      signal,
      seed: 1,
      ablated: [],
      edges: () => undefined,
    });
    try {
      for (const [replica, port] of Object.entries(running.ports)) {
        process.stdout.write(`${replica.padEnd(16)} http://127.0.0.1:${port}\n`);
      }
      process.stdout.write(
        `inventory        ${running.inventoryUrl}\nlog              ${running.logFile}\nCtrl-C ends it.\n`,
      );
      // Nothing else may keep the process alive for us: the stack is a detached child.
      const stayAwake = setInterval(() => undefined, 60_000);
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      clearInterval(stayAwake);
    } finally {
      await running.stop();
    }
  } finally {
    await removeWorkDir(workDir, instanceId);
  }
  return 0;
}
