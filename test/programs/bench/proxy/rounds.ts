// What is measured: bytes a second, round trips, an injected delay, and connections that do nothing.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

const megabyte = 1_048_576;

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** MiB/s over `connections` at once that fetch `bytes` together. */
export async function download(port: number, connections: number, bytes: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => fetching(port)));
  const each = Math.floor(bytes / connections);
  const asked = Buffer.alloc(8);
  asked.writeBigUInt64BE(BigInt(each));
  const from = performance.now();
  await Promise.all(
    sockets.map(async ({ socket, ended }) => {
      socket.write(asked);
      const got = await ended;
      if (got !== each) throw new Error(`${each} bytes were asked for and ${got} came`);
    }),
  );
  return (each * connections) / megabyte / ((performance.now() - from) / 1_000);
}

const block = Buffer.alloc(256 * 1_024, 7);

/** MiB/s over `connections` at once that send `bytes` together, until the sink has read the last of them. */
export async function upload(port: number, connections: number, bytes: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => dial(port)));
  const each = Math.floor(bytes / connections / block.length) * block.length;
  const from = performance.now();
  await Promise.all(sockets.map((socket) => send(socket, each)));
  return (each * connections) / megabyte / ((performance.now() - from) / 1_000);
}

/** The sink closes once it has seen the end, whether or not its answer comes through: the real server loses that. */
async function send(socket: Socket, bytes: number): Promise<void> {
  const over = once(socket.resume(), "close");
  for (let left = bytes; left > 0; left -= block.length) if (!socket.write(block)) await once(socket, "drain");
  socket.end();
  await over;
}

/** A connection that counts what it reads into one buffer: the reading end shall cost as little as it can. */
function fetching(port: number): Promise<{ readonly socket: Socket; readonly ended: Promise<number> }> {
  return new Promise((resolve, reject) => {
    let got = 0;
    const onread = { buffer: Buffer.alloc(256 * 1024), callback: (bytes: number) => ((got += bytes), true) };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    socket.once("error", reject);
    const ended = once(socket, "end").then(() => got);
    socket.once("connect", () => resolve({ socket, ended }));
  });
}

/** ms of `count` round trips of 128 bytes, one after the other on one open connection. */
export async function roundTrips(port: number, count: number): Promise<readonly number[]> {
  const socket = await dial(port);
  const times: number[] = [];
  const ping = Buffer.alloc(128, 1);
  let from = 0;
  let missing = 0;
  const send = (): void => {
    from = performance.now();
    missing = ping.length;
    socket.write(ping);
  };
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("data", (bytes: Buffer) => {
      missing -= bytes.length;
      if (missing > 0) return;
      times.push(performance.now() - from);
      if (times.length < count) setImmediate(send);
      else resolve();
    });
    send();
  });
  socket.destroy();
  return times;
}

/** ms by which this machine's timers are late, `count` times for `delay` ms. */
export async function timerErrors(delay: number, count: number): Promise<readonly number[]> {
  const errors: number[] = [];
  while (errors.length < count) {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, delay));
    errors.push(performance.now() - from - delay);
  }
  return errors;
}

/** The value below which that share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
