// A thread in Playwright's runner: when the process of the journeys is gone, however it went, the runner ends with its
// workers and its browser. A thread of its own, for a journey's file may keep the runner itself busy for ever.

import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { endBelow } from "./end-below.ts";

/** The pipe of which the process of the journeys holds the other end: the fifth of those that the runner is given. */
const leashFd = 4;

/** `folder`: the runner's own, which all below it name in their environment. */
async function endAll(folder: string): Promise<void> {
  await endBelow(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  process.kill(process.pid, "SIGKILL");
}

const held = new Socket({ fd: leashFd });
held.on("error", () => undefined);
held.once("close", () => void endAll(workerData as string));
held.resume();
