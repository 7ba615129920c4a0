// Ports for replicas that join a running stack. Those of the stack's start are given by its environment.
import { createServer } from "node:net";

export interface PortPool {
  readonly from: number;
  readonly to: number;
}

/** The first port of the pool that is not taken and at which nobody listens. Rejects when there is none left. */
export async function freePort(pool: PortPool, taken: ReadonlySet<number>): Promise<number> {
  for (let port = pool.from; port <= pool.to; port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port from ${pool.from} to ${pool.to}; set STACK_PORT_POOL`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
