import { once } from "node:events";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, dial, proxied, readToEnd, roundTrip, seededBytes, serve, until } from "../../support/sockets.ts";

const echo = async () => serve((socket) => socket.pipe(socket));

/** An upstream that says `bytes` and ends as soon as someone is there, and a proxy in front of it. */
const speaker = async (bytes: Buffer) => proxied(await serve((socket) => socket.end(bytes)));

function add(proxy: FaultProxy, type: string, attributes: Record<string, number>, more: object = {}): void {
  proxy.addToxic(body({ name: type, type, attributes, ...more }));
}

/** What an ended connection was: in order, or with a reset. */
async function endOf(socket: Socket): Promise<"end" | "reset"> {
  socket.resume();
  try {
    await once(socket, "end");
    return "end";
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe("ECONNRESET");
    return "reset";
  }
}

async function msUntil(event: Promise<unknown>): Promise<number> {
  const from = performance.now();
  await event;
  return performance.now() - from;
}

describe("bandwidth", () => {
  it("takes as long for a text as its rate says, and changes nothing in it", async () => {
    const sent = seededBytes(60_000, 1);
    const { listen, proxy } = await speaker(sent);
    add(proxy, "bandwidth", { rate: 100 });
    const client = await dial(listen);
    const from = performance.now();
    expect((await readToEnd(client)).equals(sent)).toBe(true);
    expect(performance.now() - from).toBeGreaterThanOrEqual(590);
  });

  it("of 0 lets nothing through until the toxic is changed", async () => {
    const sent = seededBytes(10_000, 2);
    const { listen, proxy } = await speaker(sent);
    add(proxy, "bandwidth", { rate: 0 });
    const received = readToEnd(await dial(listen));
    await until(() => proxy.effects()[0]?.streams.downstream.bytesIn === sent.length);
    expect(proxy.effects()[0]?.streams.downstream.bytesOut).toBe(0);
    proxy.updateToxic("bandwidth", body({ attributes: { rate: 1_000_000 } }));
    expect((await received).equals(sent)).toBe(true);
  });
});

describe("slow_close", () => {
  it("holds back the end and not the data", async () => {
    const { listen, proxy } = await speaker(Buffer.from("bye"));
    add(proxy, "slow_close", { delay: 300 });
    const client = await dial(listen);
    const ended = msUntil(once(client, "end"));
    const heard = msUntil(once(client, "data"));
    expect(await ended).toBeGreaterThanOrEqual((await heard) + 250);
  });

  it("lets the end go at once when it is taken away", async () => {
    const { listen, proxy } = await speaker(Buffer.from("bye"));
    add(proxy, "slow_close", { delay: 60_000 });
    const client = await dial(listen);
    const ended = readToEnd(client);
    await until(() => client.bytesRead === 3);
    proxy.removeToxic("slow_close");
    expect((await ended).toString()).toBe("bye");
  });
});

describe("timeout", () => {
  it("swallows what is sent and closes the connection after the time of silence, on both sides", async () => {
    let upstreamEnd: Promise<unknown> = Promise.resolve();
    const { listen, proxy } = await proxied(
      await serve((socket) => {
        upstreamEnd = endOf(socket);
        socket.write("never heard");
      }),
    );
    add(proxy, "timeout", { timeout: 200 });
    const client = await dial(listen);
    const from = performance.now();
    expect(await readToEnd(client)).toHaveLength(0);
    expect(performance.now() - from).toBeGreaterThanOrEqual(190);
    expect(await upstreamEnd).toBe("end");
    await until(() => proxy.connectionCount() === 0);
    expect(proxy.effects()[0]?.streams.downstream.toxics[0]).toMatchObject({
      struck: true,
      bytesIn: 11,
      bytesOut: 0,
      closes: 1,
    });
  });

  it("of 0 swallows for as long as it is there, and its removal closes the connections that it struck", async () => {
    const { listen, proxy } = await proxied(await echo());
    const bystander = await dial(listen);
    await roundTrip(bystander, Buffer.from("x"));
    add(proxy, "timeout", { timeout: 0 }, { toxicity: 0 });
    proxy.updateToxic("timeout", body({ toxicity: 0 }));
    proxy.removeToxic("timeout");
    await roundTrip(bystander, Buffer.from("still here"));

    add(proxy, "timeout", { timeout: 0 });
    const client = await dial(listen);
    client.write("into the void");
    const heard = () => proxy.effects().find((each) => each.connection === 2)?.streams.downstream.bytesIn;
    await until(() => heard() === 13);
    proxy.updateToxic("timeout", body({ attributes: { timeout: 0 } }));
    client.write(" again");
    await until(() => heard() === 19);
    const ended = readToEnd(client);
    proxy.removeToxic("timeout");
    expect(await ended).toHaveLength(0);
    await until(() => proxy.connectionCount() === 0);
  });
});

describe("reset_peer", () => {
  it("resets both sides, with a real RST, when the first data comes", async () => {
    let upstreamEnd: Promise<unknown> = Promise.resolve();
    const { listen, proxy } = await proxied(await serve((socket) => void (upstreamEnd = endOf(socket))));
    add(proxy, "reset_peer", { timeout: 0 }, { stream: "upstream" });
    const client = await dial(listen);
    await until(() => proxy.connectionCount() === 1);
    client.write("hello");
    expect(await endOf(client)).toBe("reset");
    expect(await upstreamEnd).toBe("reset");
    await until(() => proxy.connectionCount() === 0);
    expect(proxy.effects()[0]?.streams.upstream.toxics[0]).toMatchObject({ bytesIn: 5, bytesOut: 0, resets: 1 });
  });

  it("waits for its timeout first, and gives back what it held when it is taken away before", async () => {
    const { listen, proxy } = await proxied(await echo());
    add(proxy, "reset_peer", { timeout: 200 });
    const client = await dial(listen);
    client.write("hello");
    expect(await msUntil(endOf(client))).toBeGreaterThanOrEqual(190);

    proxy.updateToxic("reset_peer", body({ attributes: { timeout: 60_000 } }));
    const spared = await dial(listen);
    const answered = roundTrip(spared, Buffer.from("hello"));
    await until(() => proxy.effects().some((each) => each.open && each.streams.downstream.bytesIn === 5));
    proxy.removeToxic("reset_peer");
    await answered;
  });

  it("resets a connection of which one side is closed already", async () => {
    const { listen, proxy } = await proxied(
      await serve((socket) => {
        socket.resume();
        socket.on("end", () => socket.write("an answer"));
      }),
    );
    add(proxy, "reset_peer", { timeout: 20 });
    const client = await dial(listen);
    client.end("question");
    expect(await endOf(client)).toBe("reset");
    await until(() => proxy.connectionCount() === 0);
  });
});

describe("limit_data", () => {
  it("closes after exactly its bytes, and counts on when the limit is changed", async () => {
    const sent = seededBytes(50_000, 3);
    const { listen, proxy } = await speaker(sent);
    add(proxy, "limit_data", { bytes: 12_345 });
    expect((await readToEnd(await dial(listen))).equals(sent.subarray(0, 12_345))).toBe(true);

    const echoed = await proxied(await echo());
    add(echoed.proxy, "limit_data", { bytes: 10 });
    const client = await dial(echoed.listen);
    await roundTrip(client, Buffer.from("12345"));
    echoed.proxy.updateToxic("limit_data", body({ attributes: { bytes: 8 } }));
    const received = readToEnd(client);
    client.write("67890");
    expect((await received).toString()).toBe("678");
  });
});

describe("slicer", () => {
  it("cuts into small writes, a delay apart", async () => {
    const sent = seededBytes(100, 4);
    const { listen, proxy } = await speaker(sent);
    add(proxy, "slicer", { average_size: 10, size_variation: 2, delay: 10_000 });
    const client = await dial(listen);
    const sizes: number[] = [];
    client.on("data", (chunk: Buffer) => sizes.push(chunk.length));
    const from = performance.now();
    expect((await readToEnd(client)).equals(sent)).toBe(true);
    const { slices = 0 } = proxy.effects()[0]?.streams.downstream.toxics[0] ?? {};
    expect(slices).toBeGreaterThanOrEqual(9);
    expect(performance.now() - from).toBeGreaterThanOrEqual((slices - 1) * 10);
    expect(Math.max(...sizes)).toBeLessThan(100);
  });
});

describe("several toxics", () => {
  it("work in the order of adding: what one cuts off, the next never sees", async () => {
    const { listen, proxy } = await speaker(seededBytes(1_000, 5));
    add(proxy, "limit_data", { bytes: 100 });
    add(proxy, "latency", { latency: 50 });
    add(proxy, "slicer", { average_size: 10 });
    const from = performance.now();
    expect(await readToEnd(await dial(listen))).toHaveLength(100);
    // The delay counts from when the bytes came, so that of the 50 ms the toxic itself adds what is left by then.
    expect(performance.now() - from).toBeGreaterThanOrEqual(49);
    const [limit, latency, slicer] = proxy.effects()[0]?.streams.downstream.toxics ?? [];
    expect(limit).toMatchObject({ toxic: "limit_data", bytesIn: 1_000, bytesOut: 100 });
    expect(latency).toMatchObject({ toxic: "latency", bytesIn: 100, chunksDelayed: 1 });
    expect(slicer).toMatchObject({ toxic: "slicer", bytesIn: 100, bytesOut: 100 });
  });
});

describe("numbers that no toxic was made for", () => {
  const kinds: Record<string, readonly string[]> = {
    latency: ["latency", "jitter"],
    bandwidth: ["rate"],
    slow_close: ["delay"],
    timeout: ["timeout"],
    reset_peer: ["timeout"],
    slicer: ["average_size", "size_variation", "delay"],
    limit_data: ["bytes"],
  };

  it.each([-9_007_199_254_740_991, -1, 0, 9_007_199_254_740_991])(
    "leave the proxy, and every connection without them, alive: %d",
    async (value) => {
      const { listen, proxy } = await proxied(await echo());
      const warnings: Error[] = [];
      const warned = (warning: Error): number => warnings.push(warning);
      process.on("warning", warned);
      for (const [type, names] of Object.entries(kinds)) {
        for (const stream of ["upstream", "downstream"]) {
          const name = `${type} ${stream}`;
          add(proxy, type, Object.fromEntries(names.map((each) => [each, value])), { name, stream });
          const client = await dial(listen);
          client.end(seededBytes(3_000, 6));
          client.resume();
          await until(() => proxy.effects().some((each) => each.streams.upstream.bytesIn === 3_000 || !each.open));
          proxy.removeToxic(name);
        }
      }
      await roundTrip(await dial(listen), Buffer.from("alive"));
      process.off("warning", warned);
      expect(warnings).toEqual([]);
    },
  );
});
