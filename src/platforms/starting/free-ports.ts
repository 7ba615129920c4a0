// Free ports for replicas: tried by binding, in a range the kernel never takes for outgoing connections.

import { connect, createServer } from "node:net";
import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { loopbackHost } from "../../core/addresses.ts";

/** Below Linux's ephemeral range (32768–60999), so that no outgoing connection can take a port between look and use. */
const firstPort = 20_000;
const lastPort = 31_999;

const handedOut = new Set<number>();

/**
 * Finds `count` free loopback ports, scanning from a seeded place; two stacks of different `purpose` start apart.
 * Ports stay ours in this process until `releasePorts`. Throws HarnessError "environment" when the range is used up.
 */
export async function allocatePorts(count: number, seed: number, purpose: string): Promise<readonly number[]> {
  const size = lastPort - firstPort + 1;
  const start = Math.floor(seededRandom(seed, `ports ${purpose}`).next() * size);
  const found: number[] = [];
  for (let step = 0; step < size && found.length < count; step += 1) {
    const port = firstPort + ((start + step) % size);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await canBind(port)) found.push(port);
    else handedOut.delete(port);
  }
  if (found.length < count) {
    releasePorts(found);
    throw new HarnessError(
      "environment",
      `no ${count} free ports between ${firstPort} and ${lastPort} on ${loopbackHost}`,
    );
  }
  return found;
}

/** Gives ports back once nothing listens on them any more. */
export function releasePorts(ports: Iterable<number>): void {
  for (const port of ports) handedOut.delete(port);
}

/** Does anything on loopback take a connection on this port? */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopbackHost, timeout: 1_000 });
    const answer = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: loopbackHost, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
