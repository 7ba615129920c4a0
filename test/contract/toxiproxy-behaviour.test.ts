// What every toxic does to a connection, asked of our proxy and of a real Toxiproxy with the same tests, through the
// API alone. Needs `npm run build` before.

import { serveSocketsForTest } from "../support/serve-for-test.ts";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noRealServer, startOurs, startReal, type ToxiproxyServer } from "../support/toxiproxy.ts";

const servers = [
  { name: "our proxy", start: () => startOurs(), missing: undefined },
  { name: "a real Toxiproxy", start: startReal, missing: noRealServer },
];

/** What came of a connection. */
interface Ended {
  readonly bytes: Buffer;
  readonly code: string;
  /** ms since the test looked at it. */
  readonly after: number;
}

/** Everything that is read until the connection ends, closes or breaks. */
function untilEnded(socket: Socket): Promise<Ended> {
  const from = performance.now();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const done = (code: string): void =>
      resolve({ bytes: Buffer.concat(chunks), code, after: performance.now() - from });
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? ""));
    socket.once("end", () => done("end"));
    socket.once("close", () => done("close"));
  });
}

async function dial(listen: string): Promise<Socket> {
  const socket = connect({ port: Number(listen.split(":")[1]), host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** A server on loopback for the length of the test. */
async function serve(onSocket: (socket: Socket) => void): Promise<string> {
  return (await serveSocketsForTest(onSocket)).address;
}

const echo = () => serve((socket) => void socket.pipe(socket));

/** ms of one round trip of these bytes. */
async function roundTrip(socket: Socket, bytes: Buffer = Buffer.from("ping")): Promise<number> {
  const from = performance.now();
  const got: Buffer[] = [];
  const back = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      got.push(chunk);
      if (Buffer.concat(got).length < bytes.length) return;
      socket.off("data", take);
      resolve();
    };
    socket.on("data", take);
    socket.once("close", () => reject(new Error("closed in the middle of a round trip")));
  });
  socket.write(bytes);
  await back;
  expect(Buffer.concat(got).equals(bytes)).toBe(true);
  return performance.now() - from;
}

describe.each(servers)("through $name", ({ start, missing }) => {
  let server: ToxiproxyServer;
  let made = 0;

  beforeAll(async () => {
    if (missing === undefined) server = await start();
  });
  afterAll(async () => {
    if (missing === undefined) await server[Symbol.asyncDispose]();
  });
  const test = missing === undefined ? it : it.skip;

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${server.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** A proxy of its own for a test. */
  async function proxy(upstream: string) {
    made += 1;
    const path = `/proxies/edge-${made}`;
    const created = await call("POST", "/proxies", { name: `edge-${made}`, listen: "127.0.0.1:0", upstream });
    const { listen } = (await created.json()) as { listen: string };
    onTestFinished(async () => void (await fetch(`${server.url}${path}`, { method: "DELETE" })));
    return {
      listen,
      set: (change: unknown) => call("POST", path, change),
      add: (type: string, attributes: object, rest: object = {}) =>
        call("POST", `${path}/toxics`, { type, name: type, attributes, ...rest }),
      update: (name: string, change: unknown) => call("POST", `${path}/toxics/${name}`, change),
      remove: (name: string) => call("DELETE", `${path}/toxics/${name}`),
    };
  }

  test.each(["upstream", "downstream"])(
    "latency delays %s, follows an update and ends with its removal",
    async (stream) => {
      const edge = await proxy(await echo());
      const socket = await dial(edge.listen);
      await edge.add("latency", { latency: 150 }, { stream });
      expect(await roundTrip(socket)).toBeGreaterThanOrEqual(149);
      await edge.update("latency", { attributes: { latency: 300 } });
      expect(await roundTrip(socket)).toBeGreaterThanOrEqual(299);
      await edge.update("latency", { attributes: { latency: 60_000 }, toxicity: 0 });
      await edge.remove("latency");
      await roundTrip(socket);
    },
  );

  test("several toxics act one after the other", async () => {
    const edge = await proxy(await echo());
    await edge.add("latency", { latency: 120 }, { name: "first" });
    await edge.add("latency", { latency: 130 }, { name: "second" });
    await edge.add("latency", { latency: 110 }, { name: "third", stream: "upstream" });
    expect(await roundTrip(await dial(edge.listen))).toBeGreaterThanOrEqual(359);
  });

  test("bandwidth lets through no more than its rate", async () => {
    const edge = await proxy(await echo());
    await edge.add("bandwidth", { rate: 100 });
    const took = await roundTrip(await dial(edge.listen), Buffer.alloc(60_000, 5));
    // 60,000 bytes at 100 × 1,024 bytes/s (our unit) or at 100 × 1,000 (Toxiproxy's documentation); the first chunk may
    // pass at once.
    expect(took).toBeGreaterThan(250);
  });

  test("slow_close holds back the end, not the bytes", async () => {
    const edge = await proxy(await serve((socket) => socket.end("bye")));
    await edge.add("slow_close", { delay: 300 });
    const ended = await untilEnded(await dial(edge.listen));
    expect(ended.bytes.toString()).toBe("bye");
    expect(ended.after).toBeGreaterThanOrEqual(290);
  });

  test("timeout lets nothing through and closes when its time is over", async () => {
    const edge = await proxy(await echo());
    await edge.add("timeout", { timeout: 250 });
    const socket = await dial(edge.listen);
    socket.write("lost");
    const ended = await untilEnded(socket);
    expect(ended.bytes.length).toBe(0);
    expect(ended.after).toBeGreaterThanOrEqual(240);
  });

  test("timeout 0 swallows everything until it is removed, which closes the connection", async () => {
    const edge = await proxy(await echo());
    await edge.add("timeout", { timeout: 0 });
    const socket = await dial(edge.listen);
    const ending = untilEnded(socket);
    socket.write("lost");
    const first = await Promise.race([ending, new Promise((resolve) => setTimeout(() => resolve("open"), 400))]);
    expect(first).toBe("open");
    await edge.remove("timeout");
    expect((await ending).bytes.length).toBe(0);
  });

  test.each(["upstream", "downstream"])("reset_peer (%s) resets instead of closing", async (stream) => {
    const edge = await proxy(await echo());
    await edge.add("reset_peer", { timeout: 150 }, { stream });
    const socket = await dial(edge.listen);
    const ending = untilEnded(socket);
    socket.write("x");
    const ended = await ending;
    expect(ended.code).toBe("ECONNRESET");
    expect(ended.after).toBeGreaterThanOrEqual(140);
  });

  test("limit_data closes after exactly so many bytes", async () => {
    const edge = await proxy(await serve((socket) => void socket.write(Buffer.alloc(5_000, 3))));
    await edge.add("limit_data", { bytes: 1_234 });
    expect((await untilEnded(await dial(edge.listen))).bytes.length).toBe(1_234);
  });

  test("slicer changes no byte and waits between its slices", async () => {
    const edge = await proxy(await echo());
    await edge.add("slicer", { average_size: 100, size_variation: 20, delay: 5_000 });
    const bytes = Buffer.from(Uint8Array.from({ length: 2_000 }, (_, index) => index % 251));
    // About 20 slices with 5 ms after each.
    expect(await roundTrip(await dial(edge.listen), bytes)).toBeGreaterThan(50);
  });

  test("toxicity 0 strikes no connection, above 1 every one", async () => {
    const edge = await proxy(await echo());
    await edge.add("timeout", { timeout: 0 }, { toxicity: 0 });
    await roundTrip(await dial(edge.listen));
    await edge.remove("timeout");
    await edge.add("limit_data", { bytes: 1 }, { toxicity: 7 });
    const socket = await dial(edge.listen);
    socket.write("abc");
    expect((await untilEnded(socket)).bytes.toString()).toBe("a");
  });

  test("disabling drops the connections and refuses new ones; enabling takes them at the same address", async () => {
    const edge = await proxy(await echo());
    const socket = await dial(edge.listen);
    await roundTrip(socket);
    const ending = untilEnded(socket);
    await edge.set({ enabled: false });
    await ending;
    await expect(dial(edge.listen)).rejects.toThrow(/ECONNREFUSED/);
    await edge.set({ enabled: true });
    await roundTrip(await dial(edge.listen));
  });

  test("an upstream that is not there closes the client's connection, and only that", async () => {
    const edge = await proxy("127.0.0.1:1");
    const working = await proxy(await echo());
    const ended = await untilEnded(await dial(edge.listen));
    expect(ended.bytes.length).toBe(0);
    await roundTrip(await dial(working.listen));
  });
});
