// Small TCP ends for tests of the proxy: servers that die with the test, clients, and bytes that are the same every
// run.

import { serveSocketsForTest } from "./serve-for-test.ts";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { onTestFinished } from "vitest";
import { startProxyApi } from "../../src/proxy/api.ts";
import type { ProxyApi } from "../../src/proxy/api.ts";
import { lazyBody } from "../../src/proxy/routes.ts";
import { seededRandom } from "../../src/core/random.ts";

/** `count` bytes, fixed by the seed. */
export function seededBytes(count: number, seed: number): Buffer {
  const random = seededRandom(seed, "bytes");
  return Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(random.next() * 256)));
}

/** A server on a free loopback port for the length of the test; gives `host:port`. */
export async function serve(onSocket: (socket: Socket) => void): Promise<string> {
  return (await serveSocketsForTest(onSocket)).address;
}

/** A connected client for the length of the test. */
export async function dial(address: string): Promise<Socket> {
  const [host = "", port = ""] = address.split(":");
  const socket = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** Everything the socket gives until the other side ends. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "end");
  return Buffer.concat(chunks);
}

/** Sends and waits for as many bytes back; ms it took. */
export async function roundTrip(socket: Socket, bytes: Buffer): Promise<number> {
  const from = performance.now();
  let missing = bytes.length;
  const answered = new Promise<void>((resolve) => {
    const take = (chunk: Buffer): void => {
      missing -= chunk.length;
      if (missing > 0) return;
      socket.off("data", take);
      resolve();
    };
    socket.on("data", take);
  });
  socket.write(bytes);
  await answered;
  return performance.now() - from;
}

/** A request body that says this. */
export const body = (value: unknown) => lazyBody(JSON.stringify(value));

/** The API in this process, for the length of the test. */
export async function proxyApi(options: { token?: string; seed?: number; anywhere?: boolean } = {}): Promise<ProxyApi> {
  const clock = { now: () => performance.now() };
  const api = await startProxyApi({ clock, seed: 1, ...options });
  onTestFinished(async () => api[Symbol.asyncDispose]());
  return api;
}

/** A proxy named `edge` in front of the upstream, in this process, and its address. */
export async function proxied(upstream: string) {
  const api = await proxyApi();
  const { listen } = await api.proxies.create(body({ name: "edge", listen: "127.0.0.1:0", upstream }));
  return { listen, proxy: api.proxies.get("edge") };
}

/** Looks every few ms until it is so; fails after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("did not come true within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
