// The service that is there to be killed. Each replica is a `cat` that waits for the end of its input: it is up in a
// millisecond, and ends when this process does, however that ends. Its port is held here.

import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";

export interface Trigger {
  readonly name: string;
  /** null when no process runs. */
  pid(): number | null;
  /** Does nothing when a process runs. Returns whether it started one. */
  start(): boolean;
}

/** A running replica whose port answers; `onEnd` is called when a process ends that nobody here ended. */
export async function makeTrigger(name: string, port: number, onEnd: () => void): Promise<Trigger> {
  let child: ChildProcess | undefined;
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const trigger: Trigger = {
    name,
    pid: () => (isRunning() ? (child?.pid ?? null) : null),
    start() {
      if (isRunning()) return false;
      child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
      child.stdin?.on("error", () => undefined);
      child.once("error", (error) => console.error(`${name} could not be started: ${error.message}`));
      child.once("exit", onEnd);
      return true;
    },
  };
  const server = createServer((_request, response) => {
    response.writeHead(isRunning() ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: isRunning() }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  trigger.start();
  return trigger;
}
