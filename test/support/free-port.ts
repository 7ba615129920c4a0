// Ports for servers that tests and programs start.

import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that runs allocate (src/platforms/starting/free-ports.ts) and that systems give to outgoing
 * connections (ip_local_port_range of Linux begins at 32,768).
 */
const [LOWEST, HIGHEST] = [10_000, 19_999];
const given = new Set<number>();

/**
 * A port that was free a moment ago. No outgoing connection takes it before somebody listens there, and it is given
 * once in this process.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
